export { looksLikePhone, parsePhone } from "./phone-number.ts";
export { addressesOf, type Channel, matchContacts, resolveContact } from "./resolve.ts";
export { type Contact, type Contacts, contactsSchema, createContacts } from "./store.ts";
