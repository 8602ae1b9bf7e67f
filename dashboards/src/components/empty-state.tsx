import { useSignal } from '@preact/signals'
import { systemClock } from '../../../src/base/clock.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { words } from '../settings.js'
import { connection, gateway } from '../state.js'
import { Icon } from './icon.js'

const DEFAULT_PORT = 1883
const COPIED_FOR_MS = 2_000

/** The one line that fills the page: this gateway's address, and a meter of the plant where it has one. */
function commandFor(plant: PlantNode | undefined, port: number): string {
  const line = plant?.lines.find((l) => l.devices.some((d) => d.role === 'main')) ?? plant?.lines[0]
  const device = line?.devices.find((d) => d.role === 'main') ?? line?.devices[0]
  const topic = `plants/${plant?.id ?? 'plant-1'}/${line?.id ?? 'line-1'}/${device?.id ?? 'meter-1'}/energy`
  const payload = '{"metrics":{"elec_import_kwh":1250.5}}'
  return `mosquitto_pub -h ${location.hostname} -p ${port} -q 1 -t ${topic} -m '${payload}'`
}

export function EmptyState({ plant }: { readonly plant?: PlantNode }) {
  const w = words()
  const hasCopied = useSignal(false)
  const port = gateway.value?.mqtt.port ?? DEFAULT_PORT
  const command = commandFor(plant, port)
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
        <strong>{plant === undefined ? w.empty.noPlants : w.empty.noData}</strong> {w.empty.noPlantsHint}
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
