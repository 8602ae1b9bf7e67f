import { type Signal, useSignal } from '@preact/signals'
import type { OpcuaVariableItem } from '../../../src/views/wire/opcua.js'
import { decimal } from '../format.js'
import { language } from '../settings.js'
import { TableView } from '../ui/table-view.js'
import type { Seen } from './requests.js'
import { opcuaWords } from './words.js'

/** Rows of the table; the others are found by a word. */
const SHOWN_MAX = 200

interface VariablesCardProps {
  readonly seen: Seen
  /** Node ids. */
  readonly picked: Signal<ReadonlySet<string>>
}

/** The variables of a server, to be picked. */
export function VariablesCard({ seen: { variables, more }, picked }: VariablesCardProps) {
  const w = opcuaWords().variables
  const find = useSignal('')
  const word = find.value.trim().toLowerCase()
  const found = variables.filter((one) => word === '' || pathText(one).toLowerCase().includes(word))
  const shown = found.slice(0, SHOWN_MAX)
  const count = (number: number) => decimal(number, 0, language.value)
  const pick = (nodes: readonly string[], isPicked: boolean) => {
    const next = new Set(picked.peek())
    for (const node of nodes) isPicked ? next.add(node) : next.delete(node)
    picked.value = next
  }
  const canPick = shown.filter(({ proposal }) => proposal !== null).map(({ node }) => node)
  return (
    <section class="card" aria-label={w.title} data-card="opcua-variables">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub num">{w.count(count(shown.length), count(variables.length))}</span>
        <span class="card-tools">
          <input
            class="input"
            type="search"
            placeholder={w.find}
            aria-label={w.find}
            value={find.value}
            onInput={(event) => (find.value = event.currentTarget.value)}
          />
          <button type="button" class="button is-small" onClick={() => pick(canPick, true)}>
            {w.pickShown}
          </button>
        </span>
      </header>
      {variables.length === 0 ? (
        <p class="config-note">{w.none}</p>
      ) : (
        <TableView class="opcua-table" label={w.title}>
          <thead>
            <tr>
              <th>{w.variable}</th>
              <th>{w.value}</th>
              <th>{w.type}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.node} data-node={one.node}>
                <td>
                  <label class="opcua-pick">
                    <input
                      type="checkbox"
                      disabled={one.proposal === null}
                      aria-label={w.pick(pathText(one))}
                      checked={picked.value.has(one.node)}
                      onChange={(event) => pick([one.node], event.currentTarget.checked)}
                    />
                    <span title={one.node}>{pathText(one)}</span>
                  </label>
                </td>
                <td>{valueText(one)}</td>
                <td class="faint">{[one.type, ...(one.has_history ? [w.history] : [])].join(' · ')}</td>
              </tr>
            ))}
          </tbody>
        </TableView>
      )}
      {more && <p class="config-note faint">{w.more}</p>}
    </section>
  )
}

/** Names from below the node where the walk began. */
export function pathText({ path }: Pick<OpcuaVariableItem, 'path'>): string {
  return path.join(' / ')
}

function valueText({ value, unit, status }: OpcuaVariableItem): string {
  if (status !== 'Good' || value === null) return status === 'Good' ? '—' : status
  return [String(value), unit ?? ''].join(' ').trim()
}
