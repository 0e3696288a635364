export { type AssistantDeps, createAssistant } from "./assistant.ts";
export { createConfirmations } from "./confirmations.ts";
export { createJournal } from "./journal.ts";
export { createPolicy } from "./policy.ts";
export { createRecorder } from "./recorder.ts";
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
