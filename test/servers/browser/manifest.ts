const pages = (name: string) => `test/servers/browser/pages.test.ts > ${name}`;
const hostile = (name: string) => `test/servers/browser/hostile.test.ts > ${name}`;
const searches = (name: string) => `test/servers/browser/search.test.ts > ${name}`;
const lifecycle = (name: string) => `test/servers/browser/lifecycle.test.ts > ${name}`;

const read = pages("is read as clean Markdown: the article without menus, or all of it");
const structure = pages("shows its structure, frames and shadow trees too, with references that stay");
const acted = pages("is acted on by reference, by name and by number; what is gone or not there is said");
const left = pages("is left by a link, by its number or its words, and come back to");
const typed = pages("has its fields typed into and its form sent");
const filled = pages("has its form filled at once, and sent only where that is asked for and the page agrees");
const options = pages("takes options of its lists only");
const keys = pages("gets keys, alone or together");
const scrolled = pages("scrolls by screens and to its ends");
const tabs = pages("opens tabs, which are listed, switched and closed");
const pictured = pages("is pictured as it looks, whole or in part, and saved where that is asked for");
const saved = pages("is saved as a PDF, over nothing that is there");
const files = pages("gives files: by their address even where it would show them, or by clicking");
const long = pages("that takes long to give a file can be asked about, and the download cancelled, by its owner");
const tooLarge = hostile(
	"can't fill the disk: a download ends where it is larger than allowed, whatever it says of itself",
);
const opened = pages("is opened and said by its title; an error of the site is said too");
const killed = lifecycle(
	"that was killed comes back at the next call with the page that was open, its old references gone",
);
const refused = searches(
	"says so when the engine takes us for a robot, changed its form, redirects or can't be reached",
);
const searched = searches(
	"gives titles, addresses and summaries, without advertisements, doubles and what may not be opened",
);
const result = searches("is gone on with by the number of a result");
const hangs = hostile("that hangs is told of, and another can be opened");

const tools = (name: string) => `test/servers/browser/tools.test.ts > ${name}`;
const bad = tools("each refuse what can't be right before anything is done");
const failure = tools("each say so when the browser does not start");

/** Of every tool of the browser server the tests that prove it. */
export const manifest = {
	"browser.search": { main: searched, bad, failure: refused },
	"browser.open_url": { main: opened, bad, failure },
	"browser.open_result": { main: result, bad, failure: searches("a result whose site is not there is said so") },
	"browser.read_page": { main: read, bad, failure: hangs },
	"browser.snapshot": { main: structure, bad, failure: killed },
	"browser.click": { main: acted, bad: acted, failure: killed },
	"browser.follow_link": { main: left, bad: left, failure },
	"browser.type_text": { main: typed, bad: typed, failure },
	"browser.fill_form": { main: filled, bad: filled, failure },
	"browser.press_key": { main: keys, bad: keys, failure },
	"browser.select_option": { main: options, bad: options, failure },
	"browser.go_back": { main: left, bad, failure },
	"browser.scroll": { main: scrolled, bad: scrolled, failure },
	"browser.screenshot": { main: pictured, bad: pictured, failure },
	"browser.list_tabs": { main: tabs, bad, failure },
	"browser.switch_tab": { main: tabs, bad: tabs, failure },
	"browser.close_tab": { main: tabs, bad: tabs, failure },
	"browser.download": { main: files, bad: files, failure: tooLarge },
	"browser.download_status": { main: files, bad: long, failure: tooLarge },
	"browser.cancel_download": { main: long, bad: long, failure: tooLarge },
	"browser.pdf": { main: saved, bad: saved, failure },
};
