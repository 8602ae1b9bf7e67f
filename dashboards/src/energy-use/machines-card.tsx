import { useSignal } from '@preact/signals'
import { STANDING_STATES, type State } from '../../../src/base/states.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type {
  EnergySpent,
  MachineEnergyAnswer,
  MachineSpent,
  RangeAmount,
} from '../../../src/views/wire/machine-energy.js'
import type { CardPicture } from '../export/card-picture.js'
import { decimal } from '../format.js'
import { linkTo } from '../nav.js'
import { lookOf, nameOf, TimeLegend } from '../plant/time-bar.js'
import type { Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { type CardRows, CardTools } from '../ui/card-tools.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { subscripts } from '../ui/text.js'
import { amountText, cellsOf, type RankedBy, ranked, shownOf, statesOf } from './amounts.js'
import { useMachineEnergy } from './machine-energy.js'
import { useWords } from './words.js'

/** Ranked states that are named beside the machines. */
const WASTED_MAX = 8

interface MachinesCardProps {
  readonly plant: PlantNode
  readonly span: Span
  readonly subtitle: string
}

/** The card ranks machines by the energy they used in each state, with money and emissions. */
export function MachinesCard({ plant, span, subtitle }: MachinesCardProps) {
  const w = useWords().machines
  const isTable = useSignal(false)
  const by = useSignal<RankedBy>('energy')
  const { answer, again } = useMachineEnergy(plant)
  const machines = answer.kind === 'loaded' ? ranked(answer.value.machines, by.value) : []
  const total = answer.kind === 'loaded' ? answer.value.total : null
  return (
    <section class="card use-card machines-card" aria-label={w.title} data-card="machine-energy">
      <header class="card-head">
        <span class="pillar-square pillar-green" aria-hidden="true" />
        <h2>{w.title}</h2>
        <span class="card-sub num">{subtitle}</span>
        <span class="card-tools">
          <RankChoice by={by.value} onChoose={(next) => (by.value = next)} />
          {machines.length > 0 && (
            <CardTools
              isTable={isTable}
              name={[plant.id, 'machine-energy']}
              span={span}
              zone={plant.timezone}
              rows={() => rowsOf(machines)}
              picture={() => pictureOf(machines, subtitle)}
            />
          )}
        </span>
      </header>
      {answer.kind === 'loading' && <Skeleton class="is-plot" />}
      {answer.kind === 'failed' && <ErrorBody title={words().error.chart} detail={answer.detail} onRetry={again} />}
      {answer.kind === 'loaded' && machines.length === 0 && (
        <p class="empty">
          <strong>{w.none}</strong> {w.noneHint}
        </p>
      )}
      {machines.length > 0 && isTable.value && <StateTable machines={machines} />}
      {machines.length > 0 && !isTable.value && (
        <>
          <Ranking plant={plant} machines={machines} total={total} />
          <Wasted machines={machines} />
        </>
      )}
      <footer class="card-foot">
        <TimeLegend states={new Set<State>(machines.flatMap(({ states }) => states.map(({ state }) => state)))} />
        {answer.kind === 'loaded' && answer.value.left_out > 0 && (
          <span class="faint">{w.leftOut(decimal(answer.value.left_out, 0, language.value))}</span>
        )}
        {total !== null && total.cost === null && <span class="faint">{w.noTariff}</span>}
        {total !== null && <span class="foot-end">{subscripts(w.part)}</span>}
      </footer>
    </section>
  )
}

/** The remark says why there is no figure, or only that of a part; it is '' where the figure says all. */
function whyOf(amount: RangeAmount | null): string {
  if (amount === null || amount.reason === '' || amount.reason === 'one_window_only') return ''
  return words().reasons[amount.reason]
}

function RankChoice({ by, onChoose }: { readonly by: RankedBy; readonly onChoose: (by: RankedBy) => void }) {
  const w = useWords().machines
  return (
    <fieldset class="segments" aria-label={w.rank}>
      {(['energy', 'standing'] as const).map((one) => (
        <button
          key={one}
          type="button"
          class="segment"
          aria-current={one === by ? 'true' : undefined}
          onClick={() => onChoose(one)}
        >
          {w.by[one]}
        </button>
      ))}
    </fieldset>
  )
}

interface RankingProps {
  readonly plant: PlantNode
  readonly machines: readonly MachineSpent[]
  readonly total: MachineEnergyAnswer['total']
}

function Ranking({ plant, machines, total }: RankingProps) {
  const w = useWords().machines
  const most = Math.max(...machines.map(({ energy }) => shownOf(energy) ?? 0))
  return (
    <div class="table-wide">
      <table class="table is-dense use-table">
        <thead>
          <tr>
            <th>{w.machine}</th>
            <th class="use-bar-head">{w.state}</th>
            <th class="num">{w.energy}</th>
            <th class="num">{subscripts(w.co2e)}</th>
            <th class="num">{w.cost}</th>
            <th class="num">{w.standing}</th>
            <th class="num">{w.standingCost}</th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <tr key={machine.device} data-device={machine.device} data-value={shownOf(machine.energy) ?? ''}>
              <td>
                <a href={linkTo({ view: 'device', plant: plant.id, device: machine.device })}>
                  <code>{machine.device}</code>
                </a>
              </td>
              <td class="use-bar">
                <StateBar machine={machine} most={most} />
              </td>
              <Amounts spent={machine} most={machines[0]!} />
            </tr>
          ))}
          {total !== null && (
            <tr class="use-total">
              <td colSpan={2}>{w.all}</td>
              <Amounts spent={total} most={machines[0]!} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

type Spent = EnergySpent & Pick<MachineSpent, 'standing'>

const columnsOf = ({ energy, co2e, cost, standing }: Spent) => [energy, co2e, cost, standing.energy, standing.cost]

/** `most`: the machine whose units the others have too. */
function Amounts({ spent, most }: { readonly spent: Spent; readonly most: Spent }) {
  const largest = columnsOf(most).map(shownOf)
  return (
    <>
      {columnsOf(spent).map((amount, i) => (
        <td key={i} class="num" title={whyOf(amount)} data-value={shownOf(amount) ?? ''}>
          {subscripts(amountText(amount, language.value, largest[i] ?? undefined))}
        </td>
      ))}
    </>
  )
}

function StateBar({ machine, most }: { readonly machine: MachineSpent; readonly most: number }) {
  const parts = machine.states.map(({ state, energy }) => ({
    state,
    width: `${(((shownOf(energy) ?? 0) / Math.max(most, Number.MIN_VALUE)) * 100).toFixed(3)}%`,
    text: `${nameOf(state)} ${amountText(energy, language.value)}`,
  }))
  return (
    <span class="time-bar" role="img" aria-label={parts.map(({ text }) => text).join(', ')}>
      {parts.map(({ state, width, text }) => (
        <span key={state} class={`time-share ${lookOf(state)}`} style={{ width }} title={text} data-state={state} />
      ))}
    </span>
  )
}

/** Each state of each machine, the largest first. */
function StateTable({ machines }: { readonly machines: readonly MachineSpent[] }) {
  const w = useWords().machines
  return (
    <div class="table-wide">
      <table class="table is-dense use-table">
        <thead>
          <tr>
            <th>{w.machine}</th>
            <th>{w.state}</th>
            <th class="num">{w.energy}</th>
            <th class="num">{subscripts(w.co2e)}</th>
            <th class="num">{w.cost}</th>
          </tr>
        </thead>
        <tbody>
          {statesOf(machines).map(({ machine, spent }) => (
            <tr key={`${machine.device} ${spent.state}`} data-device={machine.device} data-state={spent.state}>
              <td>
                <code>{machine.device}</code>
              </td>
              <td>{nameOf(spent.state)}</td>
              {[spent.energy, spent.co2e, spent.cost].map((amount, i) => (
                <td key={i} class="num" title={whyOf(amount)}>
                  {subscripts(amountText(amount, language.value))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Energy that machines used while they stood is the list to begin saving with. */
function Wasted({ machines }: { readonly machines: readonly MachineSpent[] }) {
  const w = useWords()
  const stood = statesOf(machines).filter(({ spent }) => STANDING_STATES.includes(spent.state))
  if (stood.length === 0) return <p class="card-empty">{w.wasted.none}</p>
  return (
    <>
      <h3 class="use-sub">{w.wasted.title}</h3>
      <ol class="use-wasted">
        {stood.slice(0, WASTED_MAX).map(({ machine, spent }) => (
          <li key={`${machine.device} ${spent.state}`} data-device={machine.device} data-state={spent.state}>
            <span>
              <code>{machine.device}</code> {nameOf(spent.state)}
            </span>
            <span class="num">
              <strong>{amountText(spent.energy, language.value)}</strong>{' '}
              {[spent.cost, spent.co2e]
                .flatMap((one) => (one === null ? [] : amountText(one, language.value)))
                .map((text, i) => (
                  <span key={i} class="faint">
                    {' '}
                    · {subscripts(text)}
                  </span>
                ))}
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

function rowsOf(machines: readonly MachineSpent[]): CardRows {
  return {
    columns: ['device', 'line', 'state', 'energy_kwh', 'co2e_kg', 'cost', 'currency', 'reason'],
    rows: machines.flatMap((machine) => [
      ...machine.states.map((spent) => [machine.device, machine.line, spent.state, ...cellsOf(spent)]),
      [machine.device, machine.line, 'ALL', ...cellsOf(machine)],
    ]),
  }
}

function pictureOf(machines: readonly MachineSpent[], subtitle: string): CardPicture {
  const w = useWords().machines
  const most = Math.max(Number.MIN_VALUE, ...machines.map(({ energy }) => shownOf(energy) ?? 0))
  return {
    title: w.title,
    subtitle,
    columns: [w.energy, w.cost, w.co2e, w.standing],
    rows: machines.map((machine) => ({
      name: machine.device,
      bars: machine.states.map(({ state, energy }) => ({
        share: (shownOf(energy) ?? 0) / most,
        look:
          state === 'PRODUCING'
            ? ('full' as const)
            : STANDING_STATES.includes(state)
              ? ('line' as const)
              : ('half' as const),
      })),
      values: [machine.energy, machine.cost, machine.co2e, machine.standing.energy].map((one) =>
        amountText(one, language.value),
      ),
    })),
    note: w.part,
  }
}
