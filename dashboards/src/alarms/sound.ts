import { computed, effect, signal } from '@preact/signals'
import { isLoud } from '../settings.js'
import { nowMs } from '../state.js'
import { Bell } from './bell.js'
import { alarmKey, alarmList, needsPerson } from './open.js'

/** A calm tone when a critical or major alarm needs a person, and again each minute until somebody acknowledges it. */

/** True while the browser keeps quiet because the page has not been clicked and no key was pressed. */
export const isSoundRefused = signal(false)

let context: AudioContext | null = null

/** Two soft notes; the second one higher. */
const NOTES = [
  { hertz: 523.25, afterS: 0 },
  { hertz: 659.25, afterS: 0.22 },
]
const NOTE_S = 0.5
const LOUDNESS = 0.18

export function ring(): void {
  if (context === null) {
    context = new AudioContext()
    context.addEventListener('statechange', told)
  }
  void context.resume().catch(() => {})
  told()
  if (context.state !== 'running') return
  for (const { hertz, afterS } of NOTES) {
    const from = context.currentTime + afterS
    const tone = context.createOscillator()
    const gain = context.createGain()
    tone.frequency.value = hertz
    gain.gain.setValueAtTime(0, from)
    gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.03)
    gain.gain.exponentialRampToValueAtTime(0.001, from + NOTE_S)
    tone.connect(gain).connect(context.destination)
    tone.start(from)
    tone.stop(from + NOTE_S)
  }
}

function told(): void {
  isSoundRefused.value = context !== null && context.state !== 'running'
}

/** Keys of the alarms to be heard: critical and major ones that need a person. */
const heard = computed(() =>
  alarmList.value
    .filter((alarm) => needsPerson(alarm, nowMs.value) && (alarm.severity === 'critical' || alarm.severity === 'major'))
    .map(alarmKey),
)

/** Listens for alarms on every page, and for the first touch, after which browsers allow sound. */
export function startSound(): void {
  const bell = new Bell()
  effect(() => {
    if (isLoud.value && bell.rings(heard.value, nowMs.value)) ring()
  })
  const allow = () => {
    if (context?.state !== 'suspended') return
    void context.resume().then(() => {
      told()
      if (isLoud.peek() && heard.peek().length > 0) ring()
    })
  }
  addEventListener('pointerdown', allow)
  addEventListener('keydown', allow)
}
