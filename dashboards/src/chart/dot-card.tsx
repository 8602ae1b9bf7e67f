import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { type Cell, csvText } from '../export/csv.js'
import { dotPng } from '../export/dot-picture.js'
import { fileName } from '../export/file-name.js'
import { save, saveCsv } from '../export/save.js'
import { words } from '../settings.js'
import { Icon } from '../ui/icon.js'
import { TableView } from '../ui/table-view.js'
import { DotChart, type DotChartProps, dotPictureOf } from './dot-chart.js'

interface DotTable {
  readonly head: readonly string[]
  /** Newest first. */
  readonly rows: readonly (readonly string[])[]
}

interface DotFile {
  /** Parts of the file's name: what the file holds, and of when. */
  readonly parts: readonly string[]
  readonly columns: readonly string[]
  /** Oldest first. */
  readonly rows: () => readonly (readonly Cell[])[]
}

interface DotCardProps {
  readonly title: string
  /** Beside the title, e.g. a choice. */
  readonly sub: ComponentChildren
  readonly chart: DotChartProps
  readonly table: () => DotTable
  readonly file: DotFile
  /** In place of the chart: nothing has come, or what failed. */
  readonly instead?: ComponentChildren
  /** True when the values cannot be drawn: the card is then always a table. */
  readonly isTableOnly?: boolean
  readonly children?: ComponentChildren
  readonly name: string
}

/** Dots over time, as a table, and as a file. */
export function DotCard({ title, sub, chart, table, file, instead, isTableOnly, children, name }: DotCardProps) {
  const w = words()
  const wantsTable = useSignal(false)
  const isTable = isTableOnly === true || wantsTable.value
  const switchName = wantsTable.value ? w.chart.showChart : w.chart.showTable
  return (
    <section class="card dot-card" aria-label={title} data-card={name}>
      <header class="card-head">
        <h2>{title}</h2>
        <span class="card-sub">{sub}</span>
        {instead === undefined && (
          <span class="card-tools">
            {isTableOnly !== true && (
              <button
                type="button"
                class="button is-icon"
                aria-label={switchName}
                title={switchName}
                onClick={() => (wantsTable.value = !wantsTable.value)}
              >
                <Icon name={wantsTable.value ? 'chart' : 'table'} />
              </button>
            )}
            <button
              type="button"
              class="button is-icon"
              aria-label={w.devices.download}
              title={w.devices.download}
              onClick={() => saveCsv(fileName(file.parts, 'csv'), csvText(file.columns, file.rows()))}
            >
              <Icon name="download" />
            </button>
            {isTableOnly !== true && (
              <button
                type="button"
                class="button is-icon"
                aria-label={w.chart.savePng}
                title={w.chart.savePng}
                onClick={() => void savePicture(chart, title, file)}
              >
                <Icon name="image" />
              </button>
            )}
          </span>
        )}
      </header>
      <div class="dot-body">
        {instead ?? (isTable ? <DotRows label={title} table={table()} /> : <DotChart {...chart} />)}
      </div>
      {children}
    </section>
  )
}

async function savePicture(chart: DotChartProps, title: string, { parts }: DotFile): Promise<void> {
  const picture = await dotPng(document.body, dotPictureOf(chart, title))
  if (picture !== null) save(fileName(parts, 'png'), picture)
}

/** So many rows are drawn; the file has all of them. */
const ROWS_MAX = 500

function DotRows({ label, table: { head, rows } }: { readonly label: string; readonly table: DotTable }) {
  return (
    <TableView
      class="table-scroll"
      label={label}
      note={rows.length > ROWS_MAX && <p class="card-note">{words().devices.moreInFile(String(ROWS_MAX))}</p>}
    >
      <thead>
        <tr>
          {head.map((name, i) => (
            <th key={name} class={i === 1 ? 'num' : ''}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, ROWS_MAX).map((row, at) => (
          <tr key={at}>
            {row.map((cell, i) => (
              <td key={i} class={i === 1 ? 'num' : i === 0 ? 'num is-left' : ''}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}
