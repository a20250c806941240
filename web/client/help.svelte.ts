/** Whether the dialog with keys and signs is open: while it is, keys are its own. */
class Help {
  isOpen = $state(false);
}

export const help = new Help();
