import type { Signal } from '@preact/signals'
import { type CardPicture, cardPng } from '../export/card-picture.js'
import { type Cell, csvText } from '../export/csv.js'
import { fileName, spanParts } from '../export/file-name.js'
import { save, saveCsv } from '../export/save.js'
import type { Span } from '../series/points.js'
import { words } from '../settings.js'
import { Icon } from './icon.js'
import { TableButton } from './table-button.js'

/** A card offers its content as rows for a spreadsheet. */
export interface CardRows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

interface CardToolsProps {
  /** null where the card is a table already. */
  readonly isTable: Signal<boolean> | null
  /** The names of the files are made of these parts, from the plant down. */
  readonly name: readonly string[]
  readonly span: Span
  readonly zone: string
  /** Made when they are asked for. */
  readonly rows: () => CardRows
  readonly picture: () => CardPicture
}

/** Table, CSV and picture of a card that is no chart over time. */
export function CardTools({ isTable, name, span, zone, rows, picture }: CardToolsProps) {
  const w = words().chart
  const nameOf = (ending: 'csv' | 'png') => fileName([...name, ...spanParts(span, zone)], ending)
  const saveTable = () => {
    const { columns, rows: all } = rows()
    saveCsv(nameOf('csv'), csvText(columns, all))
  }
  const savePicture = async () => {
    const made = await cardPng(document.body, picture())
    if (made !== null) save(nameOf('png'), made)
  }
  return (
    <span class="chart-tools">
      {isTable !== null && <TableButton isTable={isTable} />}
      <button type="button" class="button is-icon" title={w.saveCsv} aria-label={w.saveCsv} onClick={saveTable}>
        <Icon name="download" />
      </button>
      <button
        type="button"
        class="button is-icon"
        title={w.savePng}
        aria-label={w.savePng}
        onClick={() => void savePicture()}
      >
        <Icon name="image" />
      </button>
    </span>
  )
}
