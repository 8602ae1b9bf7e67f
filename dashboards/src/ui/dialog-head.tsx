import { reportWords } from '../reports/words.js'
import { Icon } from './icon.js'

/** Title of a dialog, and the way out. */
export function DialogHead({ title, onClose }: { readonly title: string; readonly onClose: () => void }) {
  return (
    <header class="dialog-head">
      <h2 class="dialog-title">{title}</h2>
      <button type="button" class="button is-icon" aria-label={reportWords().acts.close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </header>
  )
}
