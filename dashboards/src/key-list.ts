import { signal } from '@preact/signals'

/** Whether the list of keys is shown: with its key, or from the search where keys are turned off. */
export const isKeyListOpen = signal(false)
