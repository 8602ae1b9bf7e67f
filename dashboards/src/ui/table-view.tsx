import type { ComponentChildren } from 'preact'
import { words } from '../settings.js'

interface TableViewProps {
  /** Class of the section: it says how the table scrolls in its card. */
  readonly class: string
  /** Name of what the table is of, where that is not what a chart beside it shows. */
  readonly label?: string
  /** Below the table, in what scrolls. */
  readonly note?: ComponentChildren
  /** Head and body. */
  readonly children: ComponentChildren
}

/** The same as a picture, as a table that scrolls by itself. */
export function TableView({ class: name, label, note, children }: TableViewProps) {
  return (
    <section
      class={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={label ?? words().chart.showTable}
    >
      <table class="table is-dense">{children}</table>
      {note}
    </section>
  )
}
