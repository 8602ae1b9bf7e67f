import { useSignal } from '@preact/signals'
import { systemClock } from '../../../src/base/clock.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { words } from '../settings.js'
import { connection, gateway } from '../state.js'
import { Icon } from './icon.js'

const DEFAULT_PORT = 1883
const COPIED_FOR_MS = 2_000

/** What fills a page or a card: who sends it, and a message of that kind. */
const SUBJECTS = {
  energy: { role: 'main', device: 'meter-1', metrics: '{"elec_import_kwh":1250.5}' },
  emissions: { role: 'stack', device: 'stack-1', metrics: '{"nox_mgm3":118.4}' },
  robot: { role: 'robot', device: 'robot-1', metrics: '{"state":"Execute"}' },
} as const
type Subject = keyof typeof SUBJECTS

/** The one line that fills the place: this gateway's address, and a fitting device of the plant where it has one. */
function commandFor(plant: PlantNode | undefined, subject: Subject, port: number): string {
  const { role, device, metrics } = SUBJECTS[subject]
  const line = plant?.lines.find((l) => l.devices.some((d) => d.role === role)) ?? plant?.lines[0]
  const sender = line?.devices.find((d) => d.role === role)
  const topic = `plants/${plant?.id ?? 'plant-1'}/${line?.id ?? 'line-1'}/${sender?.id ?? device}/${subject}`
  return `mosquitto_pub -h ${location.hostname} -p ${port} -q 1 -t ${topic} -m '{"metrics":${metrics}}'`
}

interface EmptyStateProps {
  readonly plant?: PlantNode
  /** Of what nothing has come; energy where nothing at all has. */
  readonly subject?: Subject
}

export function EmptyState({ plant, subject = 'energy' }: EmptyStateProps) {
  const w = words()
  const hasCopied = useSignal(false)
  const port = gateway.value?.mqtt.port ?? DEFAULT_PORT
  const command = commandFor(plant, subject, port)
  const isLive = connection.value.kind === 'live'
  const copy = async () => {
    await navigator.clipboard.writeText(command)
    hasCopied.value = true
    await systemClock.sleep(COPIED_FOR_MS)
    hasCopied.value = false
  }
  return (
    <div class="empty">
      <p>
        <strong>{plant === undefined ? w.empty.noPlants : w.empty.nothingOf[subject]}</strong> {w.empty.noPlantsHint}
      </p>
      <div class="command">
        <code>{command}</code>
        {/* Browsers give the clipboard to secure pages only; elsewhere the line is selected by a click. */}
        {navigator.clipboard !== undefined && (
          <button type="button" class="button is-icon" onClick={copy} aria-label={w.empty.copy} title={w.empty.copy}>
            <Icon name={hasCopied.value ? 'check' : 'copy'} />
          </button>
        )}
        <span class="sr-only" role="status">
          {hasCopied.value && w.empty.copied}
        </span>
      </div>
      <p class="listening">
        <span class="ring" aria-hidden="true" />
        {isLive ? w.empty.listening(String(port)) : w.empty.notListening}
      </p>
    </div>
  )
}
