/** Of every tool the tests that prove its main use, a bad input and a failure of the outside part. */
export const manifest: Record<string, { main: string; bad: string; failure: string }> = {
	"github.clone_repository": {
		main: "test/servers/github/clone.test.ts > a repository arrives whole: default branch, history and tags",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/clone.test.ts > a clone that breaks off goes on where it stopped",
	},
	"github.clone_status": {
		main: "test/servers/github/clone.test.ts > one that takes long is answered with a handle, waited for, and stopped when it is told to",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/clone.test.ts > one that broke off behind the answer says so to whoever asks later",
	},
	"github.cancel_clone": {
		main: "test/servers/github/clone.test.ts > one that takes long is answered with a handle, waited for, and stopped when it is told to",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/clone.test.ts > one that broke off behind the answer says so to whoever asks later",
	},
	"github.create_pull_request": {
		main: "test/servers/github/repositories.test.ts > a pull request is opened, read, reviewed and merged",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.list_pull_requests": {
		main: "test/servers/github/repositories.test.ts > a pull request is opened, read, reviewed and merged",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.get_pull_request": {
		main: "test/servers/github/repositories.test.ts > a pull request is opened, read, reviewed and merged",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.merge_pull_request": {
		main: "test/servers/github/repositories.test.ts > a pull request is opened, read, reviewed and merged",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.review_pull_request": {
		main: "test/servers/github/repositories.test.ts > a pull request is opened, read, reviewed and merged",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.list_repositories": {
		main: "test/servers/github/repositories.test.ts > a repository is found by owner and name, by address, and by its name as it sounds",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.get_repository": {
		main: "test/servers/github/repositories.test.ts > a repository is found by owner and name, by address, and by its name as it sounds",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/repositories.test.ts > GitHub's troubles are told for what they are > no network",
	},
	"github.list_issues": {
		main: "test/servers/github/repositories.test.ts > an issue is opened, listed, commented on and closed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.get_issue": {
		main: "test/servers/github/repositories.test.ts > an issue is read whole: its text part by part, and what was said to it",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.create_issue": {
		main: "test/servers/github/repositories.test.ts > an issue is opened, listed, commented on and closed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.comment_issue": {
		main: "test/servers/github/repositories.test.ts > an issue is opened, listed, commented on and closed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.close_issue": {
		main: "test/servers/github/repositories.test.ts > an issue is opened, listed, commented on and closed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.list_workflows": {
		main: "test/servers/github/workflows.test.ts > a workflow is found by its name or file, started, and the run that came of it is given",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.run_workflow": {
		main: "test/servers/github/workflows.test.ts > a workflow is found by its name or file, started, and the run that came of it is given",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.list_workflow_runs": {
		main: "test/servers/github/workflows.test.ts > a workflow is found by its name or file, started, and the run that came of it is given",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.get_job_logs": {
		main: "test/servers/github/workflows.test.ts > the end of a failed job's log is shown, with the step that failed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.rerun_workflow": {
		main: "test/servers/github/workflows.test.ts > a run is run again or cancelled, and one that is not there is said so",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.cancel_workflow_run": {
		main: "test/servers/github/workflows.test.ts > a run is run again or cancelled, and one that is not there is said so",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.follow_workflow_run": {
		main: "test/servers/github/workflows.test.ts > a run is followed behind the answer, over a moment without GitHub, and its failed jobs are named",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.follow_status": {
		main: "test/servers/github/workflows.test.ts > a run is followed behind the answer, over a moment without GitHub, and its failed jobs are named",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/workflows.test.ts > a run that is deleted meanwhile is said to be gone",
	},
	"github.stop_following": {
		main: "test/servers/github/workflows.test.ts > one that is no longer to be followed is left alone at GitHub",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/workflows.test.ts > a run that is deleted meanwhile is said to be gone",
	},
	"github.list_releases": {
		main: "test/servers/github/repositories.test.ts > a release is published and listed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.create_release": {
		main: "test/servers/github/repositories.test.ts > a release is published and listed",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/failures.test.ts > without a way to GitHub every tool says so > %s",
	},
	"github.github_sign_in": {
		main: "test/servers/github/sign-in.test.ts > a person signs in by a code, the token is kept encrypted, and another person does not have it",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure: "test/servers/github/sign-in.test.ts > without an app to sign in with, the error says what to set",
	},
	"github.github_sign_out": {
		main: "test/servers/github/sign-in.test.ts > a person signs in by a code, the token is kept encrypted, and another person does not have it",
		bad: "test/servers/github/failures.test.ts > input that makes no sense is refused before GitHub is asked > %s given %j",
		failure:
			"test/servers/github/repositories.test.ts > GitHub's troubles are told for what they are > nobody signed in",
	},
};
