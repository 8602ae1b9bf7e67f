import type { MetricClass } from '../../../src/base/metrics.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { broker } from '../devices/broker.js'
import { publishLine } from '../devices/programs.js'
import { exampleOf, type SenderFields, senderText, topicText } from '../devices/sender.js'
import { linkTo } from '../nav.js'
import { words } from '../settings.js'
import { connection, gateway } from '../state.js'
import { CommandLine } from './command-line.js'

/** Subjects of a page or a card, each with the role that sends it, and a device id for a plant that has no such device yet. */
const SUBJECTS = {
  energy: { role: 'main', device: 'meter-1' },
  emissions: { role: 'stack', device: 'stack-1' },
  robot: { role: 'robot', device: 'robot-1' },
} as const satisfies Partial<Record<MetricClass, { readonly role: string; readonly device: string }>>
type Subject = keyof typeof SUBJECTS

/** A fitting device of the plant where it has one. */
function senderFor(plant: PlantNode | undefined, subject: Subject): SenderFields {
  const { role, device } = SUBJECTS[subject]
  const line = plant?.lines.find((l) => l.devices.some((d) => d.role === role)) ?? plant?.lines[0]
  const sender = line?.devices.find((d) => d.role === role)
  return { plant: plant?.id ?? 'plant-1', line: line?.id ?? 'line-1', device: sender?.id ?? device, kind: subject }
}

interface EmptyStateProps {
  readonly plant?: PlantNode
  /** Subject of which nothing has come; energy where nothing at all has. */
  readonly subject?: Subject
}

/** Says what is missing, with the one line that fills the place, and the way to more help. */
export function EmptyState({ plant, subject = 'energy' }: EmptyStateProps) {
  const w = words()
  const sender = senderFor(plant, subject)
  const { port } = broker()
  const isLive = connection.value.kind === 'live'
  // Each of the simulated plants has its day sent behind that of those before it.
  if (subject === 'energy' && plant !== undefined && gateway.value?.simulated?.includes(plant.id) === true) {
    return (
      <div class="empty" data-filling={plant.id}>
        <p>
          <strong>{w.empty.filling}</strong> {w.empty.fillingHint}
        </p>
        <p class="listening">
          <span class="ring" aria-hidden="true" />
          {isLive ? w.empty.fillingNow : w.empty.notListening}
        </p>
      </div>
    )
  }
  return (
    <div class="empty">
      <p>
        <strong>{plant === undefined ? w.empty.noPlants : w.empty.nothingOf[subject]}</strong> {w.empty.noPlantsHint}
      </p>
      <CommandLine text={publishLine(broker(), topicText(sender), exampleOf(subject), '3.1.1')} />
      <p class="listening">
        <span class="ring" aria-hidden="true" />
        {isLive ? w.empty.listening(String(port)) : w.empty.notListening}
        <a class="text-link" href={linkTo({ view: 'connect', sender: senderText(sender) })}>
          {w.connect.stepByStep}
        </a>
      </p>
    </div>
  )
}
