import { signal } from '@preact/signals'

/** Plant whose removal was ordered on this page and whose end has not been told yet; '' for none. */
export const begunRemoval = signal('')
