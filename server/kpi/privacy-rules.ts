/**
 * Raised by one whenever the rules change of what may be told of people: what was stored under other
 * rules is then measured again, so that a number which is too fine does not stay because it is old.
 */
export const PRIVACY_RULES = 3;
