import type { Signal } from '@preact/signals'
import { words } from '../settings.js'
import { Icon } from './icon.js'

/** Shows the same as a table, and back. */
export function TableButton({ isTable }: { readonly isTable: Signal<boolean> }) {
  const label = isTable.value ? words().chart.showChart : words().chart.showTable
  return (
    <button
      type="button"
      class="button is-icon"
      aria-pressed={isTable.value}
      title={label}
      aria-label={label}
      onClick={() => {
        isTable.value = !isTable.value
      }}
    >
      <Icon name={isTable.value ? 'chart' : 'table'} />
    </button>
  )
}
