import type { CardPicture } from '../export/card-picture.js'
import { type Figure, figureText } from '../format.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { isoText, type Reader, windowText } from '../time/time.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import type { DayQuarter } from './day-chart.js'
import { useOutlookWords } from './words.js'

interface DayTableProps {
  readonly quarters: readonly DayQuarter[]
  readonly figure: Figure
  readonly zone: string
}

/** Rows of the day, each quarter with its bounds. */
export function DayTable({ quarters, figure, zone }: DayTableProps) {
  const w = useOutlookWords().day
  const lang = language.value
  const reader = { zone, language: lang, nowMs: nowMs.value }
  const text = (value: number | null | undefined) => (value == null ? '—' : figureText(value, figure, lang))
  const hasAhead = quarters.some(({ ahead }) => ahead !== null)
  return (
    <TableView class="demand-table">
      <thead>
        <tr>
          <th>{words().table.time}</th>
          <th class="num">
            {w.measured}
            <Unit unit={figure.unit} />
          </th>
          <th class="num">{w.expected}</th>
          <th class="num">{w.in50}</th>
          <th class="num">{w.in90}</th>
          {hasAhead && <th class="num">{w.aheadShort}</th>}
        </tr>
      </thead>
      <tbody>
        {quarters.map(({ startMs, endMs, measured, expected, ahead }) => (
          <tr key={startMs}>
            <td class="num is-left">{windowText(startMs, endMs, '15m', reader)}</td>
            <td class="num">{text(measured)}</td>
            <td class="num">{text(expected?.value)}</td>
            <td class="num">{expected === null ? '—' : w.between(text(expected.low_50), text(expected.high_50))}</td>
            <td class="num">{expected === null ? '—' : w.between(text(expected.low_90), text(expected.high_90))}</td>
            {hasAhead && <td class="num">{text(ahead?.value)}</td>}
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}

/** Rows of the day for a spreadsheet, unrounded. */
export function dayRows(quarters: readonly DayQuarter[], unit: string, zone: string) {
  return {
    columns: [
      'from',
      'to',
      'measured',
      'expected',
      'low_50',
      'high_50',
      'low_90',
      'high_90',
      'reason',
      'unit',
      'next_hours',
    ],
    rows: quarters.map(({ startMs, endMs, measured, expected, ahead, reason }) => [
      isoText(startMs, zone),
      isoText(endMs, zone),
      measured,
      expected?.value ?? null,
      expected?.low_50 ?? null,
      expected?.high_50 ?? null,
      expected?.low_90 ?? null,
      expected?.high_90 ?? null,
      reason,
      unit,
      ahead?.value ?? null,
    ]),
  }
}

interface PictureOf {
  readonly title: string
  readonly subtitle: string
  readonly largest: number
  readonly reader: Reader
}

/** The day as a picture of rows. */
export function dayPicture(quarters: readonly DayQuarter[], figure: Figure, of: PictureOf): CardPicture {
  const { title, subtitle, largest, reader } = of
  const w = useOutlookWords().day
  const text = (value: number | null | undefined) => (value == null ? '—' : figureText(value, figure, reader.language))
  return {
    title,
    subtitle,
    columns: [w.measured, w.expected],
    rows: quarters.map(({ startMs, endMs, measured, expected }) => ({
      name: windowText(startMs, endMs, '15m', reader),
      bars: [{ share: (measured ?? expected?.value ?? 0) / (largest || 1), look: measured === null ? 'half' : 'full' }],
      values: [text(measured), text(expected?.value)],
    })),
    note: '',
  }
}
