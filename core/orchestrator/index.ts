export type {
	InProcessServer,
	Orchestrator,
	OrchestratorDeps,
	ProcessServer,
	RegisteredServer,
	RegisterRequest,
	Registration,
	RegistrationStore,
} from "./types.ts";
