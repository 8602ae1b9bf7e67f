import { signal } from '@preact/signals'

/** True while the list of keys is shown: it opens with its key, or from the search where keys are turned off. */
export const isKeyListOpen = signal(false)
