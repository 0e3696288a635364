export { looksLikePhone, parsePhone } from "./phone-number.ts";
export { addressesOf, matchContacts, resolveContact } from "./resolve.ts";
export { type Contact, type Contacts, contactsSchema, createContacts } from "./store.ts";
