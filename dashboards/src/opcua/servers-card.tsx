import { OPCUA_FAULTS } from '../../../src/base/opcua.js'
import type { OpcuaServerItem } from '../../../src/views/wire/opcua.js'
import { decimal } from '../format.js'
import { language } from '../settings.js'
import { Icon } from '../ui/icon.js'
import { opcuaWords } from './words.js'

/** A difference that is worth a word, seconds. */
const CLOCK_S_MIN = 60

/** The servers of the settings, each with whether its nodes come. */
export function ServersCard({ servers }: { readonly servers: readonly OpcuaServerItem[] }) {
  const w = opcuaWords().servers
  return (
    <section class="card" aria-label={w.title} data-card="opcua-servers">
      <header class="card-head">
        <h2>{w.title}</h2>
      </header>
      {servers.length === 0 && <p class="config-note faint">{w.none}</p>}
      <ul class="rows">
        {servers.map((one) => (
          <ServerRow key={one.id} of={one} />
        ))}
      </ul>
    </section>
  )
}

function ServerRow({ of }: { readonly of: OpcuaServerItem }) {
  const all = opcuaWords()
  const w = all.servers
  const { id, endpoint, connected, nodes, monitored, unread, values, failures, trust_any, security_mode } = of
  const count = (number: number) => decimal(number, 0, language.value)
  const facts = [
    w.nodes(count(monitored), count(nodes)),
    ...(unread > 0 ? [w.unread(count(unread))] : []),
    w.values(count(values)),
    all.modes[security_mode],
    ...(trust_any ? [w.trustsAny] : []),
    ...OPCUA_FAULTS.filter((fault) => failures[fault] > 0).map((fault) => w.times(fault, count(failures[fault]))),
    ...(Math.abs(of.clock_difference_s ?? 0) >= CLOCK_S_MIN ? [w.clock(count(of.clock_difference_s!))] : []),
  ]
  return (
    <li class="opcua-row" data-server={id}>
      <div class="opcua-line">
        <Icon name={connected ? 'check' : 'alert'} size={14} />
        <strong>{id}</strong>
        <span class="config-path">{endpoint}</span>
        <span class={`opcua-end ${connected ? 'faint' : 'is-strong'}`}>{connected ? w.connected : w.apart}</span>
      </div>
      <div class="opcua-line is-under faint num">{facts.join(' · ')}</div>
    </li>
  )
}
