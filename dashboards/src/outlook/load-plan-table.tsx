import type { LoadPlanAnswer, PlacedLoadItem } from '../../../src/views/wire/load-plan.js'
import { decimal, type Figure, figureFor, figureText } from '../format.js'
import { language, words } from '../settings.js'
import { clockText } from '../time/time.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import { useOutlookWords } from './words.js'

interface RunsTableProps {
  readonly placed: readonly PlacedLoadItem[]
  /** End of the day, epoch ms. */
  readonly dayEndMs: number
  readonly zone: string
}

/** The table says what runs when: a row for each time at one power. */
export function RunsTable({ placed, dayEndMs, zone }: RunsTableProps) {
  const w = useOutlookWords().plan
  const powers = placed.flatMap(({ power_kw }) => power_kw.map(Math.abs))
  const power = figureFor({ id: '', unit: 'kW', shape: 'level' }, Math.max(0, ...powers))
  const energy = figureFor({ id: '', unit: 'kWh', shape: 'sum' }, Math.max(0, ...placed.map(({ kwh }) => kwh)))
  return (
    <TableView class="outlook-table" label={w.runs}>
      <thead>
        <tr>
          <th>{w.what}</th>
          <th>{w.when}</th>
          <th class="num">
            {w.power}
            <Unit unit={power.unit} />
          </th>
          <th class="num">
            {w.energy}
            <Unit unit={energy.unit} />
          </th>
          <th>{w.asUsual}</th>
        </tr>
      </thead>
      <tbody>
        {placed.map((item) => (
          <ItemRows
            key={item.id}
            item={item}
            figures={{ power, energy }}
            timesOf={(run) => timesOf(run, dayEndMs, zone)}
          />
        ))}
      </tbody>
    </TableView>
  )
}

type LoadRun = PlacedLoadItem['runs'][number]

interface ItemRowsProps {
  readonly item: PlacedLoadItem
  readonly figures: { readonly power: Figure; readonly energy: Figure }
  readonly timesOf: (run: LoadRun) => string
}

function ItemRows({ item: { id, kind, runs, usual_runs }, figures, timesOf }: ItemRowsProps) {
  const w = useOutlookWords().plan
  const lang = language.value
  const rows = Math.max(1, runs.length)
  const usual = kind === 'storage' ? w.rests : usual_runs.map(timesOf).join(', ')
  return Array.from({ length: rows }, (_, at) => {
    const run = runs[at]
    return (
      <tr key={run?.start ?? id} data-placed={id} data-kw={run?.power_kw ?? 0}>
        <td>
          <code>{id}</code> <span class="faint">{w.kinds[kind]}</span>
        </td>
        <td class="num is-left">
          {run === undefined ? (
            kind === 'load' ? (
              w.leftOut
            ) : (
              w.rests
            )
          ) : (
            <>
              {timesOf(run)}
              {kind === 'storage' && <span class="faint"> {run.power_kw < 0 ? w.gives : w.takes}</span>}
            </>
          )}
        </td>
        <td class="num">{run === undefined ? '—' : figureText(run.power_kw, figures.power, lang)}</td>
        <td class="num">{run === undefined ? '—' : figureText(run.kwh, figures.energy, lang)}</td>
        <td class="num is-left">{at === 0 && usual}</td>
      </tr>
    )
  })
}

function timesOf({ start, end }: LoadRun, dayEndMs: number, zone: string): string {
  const endMs = Date.parse(end)
  const until = endMs === dayEndMs ? '24:00' : clockText(endMs, zone, language.value)
  return `${clockText(Date.parse(start), zone, language.value)}–${until}`
}

interface StepsTableProps {
  readonly answer: LoadPlanAnswer
  readonly zone: string
  readonly figure: Figure
}

/** The same as the picture, by quarters of an hour. */
export function StepsTable({ answer: { steps, currency }, zone, figure }: StepsTableProps) {
  const w = useOutlookWords().plan
  const lang = language.value
  return (
    <details>
      <summary>{w.quarters}</summary>
      <TableView class="outlook-table" label={w.quarters}>
        <thead>
          <tr>
            <th>{words().table.time}</th>
            <th class="num">
              {w.price}
              <Unit unit={`${currency}/kWh`} />
            </th>
            <th class="num">
              {w.expected}
              <Unit unit={figure.unit} />
            </th>
            <th class="num">{w.withPlan}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ start, price, expected_kw, plan_kw }) => (
            <tr key={start}>
              <td class="num is-left">{clockText(Date.parse(start), zone, lang)}</td>
              <td class="num">{decimal(price, 4, lang)}</td>
              <td class="num">{figureText(expected_kw, figure, lang)}</td>
              <td class="num">{figureText(plan_kw, figure, lang)}</td>
            </tr>
          ))}
        </tbody>
      </TableView>
    </details>
  )
}
