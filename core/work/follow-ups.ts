/** A sentence that means something only after another call; see Voice.followUps. */
interface FollowUp {
	text: string;
	after: string;
	values?: Readonly<Record<string, unknown>>;
}

/** How people ask, right after the call of a tool, how the work goes that it began. */
export function lookingAfter(tool: string, values?: FollowUp["values"]): FollowUp[] {
	return [
		"(is|are) (it|that|this|they) [still] (running|done|finished|ready|through|over|working) [yet]",
		"(has|have) (it|that|they) (ended|finished) [yet]",
		"are you (done|finished|ready) [yet]",
		"how (is|are) (it|that|this|they) (going|doing|coming along|getting on)",
		"how far (is it|are you|are they)",
		"what is it (doing|up to) [now]",
		"(show|read|tell|give) me the (output|result|results|progress)",
		"what (is|was) the (output|result|progress)",
		"what did it (say|print|output)",
	].map((text) => sentence(text, tool, values));
}

/** How people end, right after the call of a tool, the work that it began. */
export function endingAfter(tool: string, values?: FollowUp["values"]): FollowUp[] {
	return [
		"(stop|cancel|abort|end|kill|terminate|interrupt|quit) [it|that|this|them] [again|at once|immediately]",
		"(forget|drop|leave) (it|that)",
		"never mind",
	].map((text) => sentence(text, tool, values));
}

function sentence(text: string, after: string, values: FollowUp["values"]): FollowUp {
	return { text, after, ...(values === undefined ? {} : { values }) };
}
