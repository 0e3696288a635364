export { createAssistant } from "./assistant.ts";
export { createBalancer, peakEwma } from "./balance.ts";
export { createBreaker } from "./breaker.ts";
export { createConfirmations } from "./confirmations.ts";
export type { McpLine, McpPassed } from "./connection.ts";
export { createJournal } from "./journal.ts";
export { describeClient } from "./oauth/index.ts";
export { createOrchestrator } from "./orchestrator.ts";
export { createPolicy } from "./policy.ts";
export { createRecorder, type Recorder } from "./recorder.ts";
export { conversationKey, createConversations } from "./sessions.ts";
export type {
	Orchestrator,
	OrchestratorDeps,
	ProcessServer,
	Registration,
	RegistrationStore,
} from "./types.ts";
