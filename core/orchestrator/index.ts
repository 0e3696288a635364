export { type AssistantDeps, createAssistant } from "./assistant.ts";
export {
	type Balancer,
	type BalancerName,
	balancerNames,
	type Candidate,
	createBalancer,
	peakEwma,
} from "./balance.ts";
export { type Breaker, createBreaker } from "./breaker.ts";
export { createConfirmations } from "./confirmations.ts";
export type { McpLine, McpPassed } from "./connection.ts";
export { createJournal } from "./journal.ts";
export { createOrchestrator } from "./orchestrator.ts";
export { createPolicy } from "./policy.ts";
export { createRecorder } from "./recorder.ts";
export { type Conversations, conversationKey, createConversations } from "./sessions.ts";
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
