/** What rules may go by. */
export const ALARM_NAMES: readonly string[] = ['alarm', 'account', 'region'];
