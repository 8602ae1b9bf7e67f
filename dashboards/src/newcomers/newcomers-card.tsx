import { type Signal, useSignal } from '@preact/signals'
import type { AdoptAnswer, UnknownDevicesAnswer } from '../../../src/views/wire/unknown-devices.js'
import { problemText, saidText } from '../configuration/problems/problem-text.js'
import { decimal } from '../format.js'
import type { Answer } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { may } from '../session.js'
import { language, words } from '../settings.js'
import { loadPlants } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { CopyButton } from '../ui/command-line.js'
import { DeviceRow } from './device-row.js'
import { metersByPlant } from './parent-field.js'
import { adopt, type Choice, type Chosen, deviceKey, ignore, isTopicWhole, topicKey } from './requests.js'
import { TopicRow } from './topic-row.js'

const EVERY_MS = 15_000
const PAGE = 20

interface ListState {
  readonly cursor: Signal<string | null>
  readonly withIgnored: Signal<boolean>
  readonly chosen: Signal<ReadonlySet<string>>
  readonly choices: Signal<ReadonlyMap<string, Choice>>
  /** Readings of before count in the role of the device too. */
  readonly withPast: Signal<boolean>
  readonly outcome: Signal<Answer<AdoptAnswer> | null>
}

/** Devices that send and that nobody has configured, with a proposal for each; nothing where there are none. */
export function NewcomersCard({ plant }: { readonly plant: string | null }) {
  const state: ListState = {
    cursor: useSignal(null),
    withIgnored: useSignal(false),
    chosen: useSignal(new Set()),
    choices: useSignal(new Map()),
    withPast: useSignal(true),
    outcome: useSignal(null),
  }
  const query = new URLSearchParams({ limit: String(PAGE) })
  if (plant !== null) query.set('plant', plant)
  if (state.withIgnored.value) query.set('ignored', 'true')
  if (state.cursor.value !== null) query.set('cursor', state.cursor.value)
  const { value: answer, again } = usePolled<UnknownDevicesAnswer>(`/devices/unknown?${query}`, EVERY_MS)
  if (answer.kind !== 'loaded') return null
  const { items, topics, ignored } = answer.value
  if (items.length + topics.length + ignored === 0 && state.outcome.value === null) return null
  return <List state={state} list={answer.value} again={again} />
}

interface ListProps {
  readonly state: ListState
  readonly list: UnknownDevicesAnswer
  readonly again: () => void
}

function List({ state, list, again }: ListProps) {
  const w = words().newcomers
  const lang = language.value
  const { chosen, choices } = state
  const { items, topics, next, total, ignored } = list
  const row = (key: string) => ({
    choice: choices.value.get(key) ?? {},
    isChosen: chosen.value.has(key),
    onChoose: (isChosen: boolean) => {
      const changed = new Set(chosen.value)
      if (isChosen) changed.add(key)
      else changed.delete(key)
      chosen.value = changed
    },
    onChange: (choice: Choice) => {
      choices.value = new Map(choices.value).set(key, choice)
      chosen.value = new Set(chosen.value).add(key)
    },
  })
  const meters = metersByPlant(items, choices.value)
  const keys = [...items.map(deviceKey), ...topics.map(topicKey)]
  const isAll = keys.length > 0 && keys.every((key) => chosen.value.has(key))
  return (
    <section class="card newcomers" aria-label={w.title} data-card="newcomers">
      <header class="card-head">
        <h2>{w.title}</h2>
        {keys.length > 0 && (
          <>
            <span class="card-sub">{w.sub}</span>
            <Tools state={state} list={list} again={again} />
          </>
        )}
      </header>
      {keys.length > 1 && (
        <label class="newcomer-all">
          <input
            type="checkbox"
            checked={isAll}
            onChange={() => {
              chosen.value = new Set(isAll ? [] : keys)
            }}
          />
          {w.selectAll}
        </label>
      )}
      {items.length > 0 && <PastField withPast={state.withPast} />}
      <ul class="newcomer-list">
        {items.map((device) => (
          <DeviceRow
            key={deviceKey(device)}
            of={device}
            meters={meters.get(device.plant) ?? []}
            {...row(deviceKey(device))}
          />
        ))}
      </ul>
      {topics.length > 0 && (
        <>
          <h3 class="newcomer-head">{w.topics}</h3>
          <ul class="newcomer-list">
            {topics.map((topic) => (
              <TopicRow key={topic.topic} of={topic} {...row(topicKey(topic))} />
            ))}
          </ul>
        </>
      )}
      <Outcome outcome={state.outcome} />
      <p class="card-foot newcomer-foot">
        {total > items.length && (
          <span class="num">{w.shown(decimal(items.length, 0, lang), decimal(total, 0, lang))}</span>
        )}
        {state.cursor.value !== null && (
          <button type="button" class="button is-small" onClick={() => (state.cursor.value = null)}>
            {w.first}
          </button>
        )}
        {next !== null && (
          <button type="button" class="button is-small" onClick={() => (state.cursor.value = next)}>
            {w.next}
          </button>
        )}
        {(ignored > 0 || state.withIgnored.value) && (
          <button
            type="button"
            class="button is-small is-quiet"
            aria-pressed={state.withIgnored.value}
            onClick={() => (state.withIgnored.value = !state.withIgnored.value)}
          >
            {state.withIgnored.value ? w.hideIgnored : w.showIgnored(decimal(ignored, 0, lang))}
          </button>
        )}
      </p>
    </section>
  )
}

/** Asks whether days before the adoption are computed in the new roles, and says what that changes. */
function PastField({ withPast }: Pick<ListState, 'withPast'>) {
  const w = words().newcomers
  return (
    <div class="newcomer-past">
      <label>
        <input
          type="checkbox"
          name="with-past"
          aria-describedby="newcomer-past-about"
          checked={withPast.value}
          onChange={(event) => {
            withPast.value = event.currentTarget.checked
          }}
        />
        {w.withPast}
      </label>
      <p id="newcomer-past-about" class="faint">
        {withPast.value ? w.pastCounts : w.pastStays}
      </p>
    </div>
  )
}

function Tools({ state, list: { items, topics }, again }: ListProps) {
  const w = words().newcomers
  const { chosen, choices, withPast, outcome } = state
  const isBusy = useSignal(false)
  const of = (key: string) => choices.value.get(key) ?? {}
  const all: Chosen = {
    devices: items.flatMap((one) => (chosen.value.has(deviceKey(one)) ? [[one, of(deviceKey(one))] as const] : [])),
    topics: topics.flatMap((one) => (chosen.value.has(topicKey(one)) ? [[one, of(topicKey(one))] as const] : [])),
  }
  const whole: Chosen = { ...all, topics: all.topics.filter(([topic, choice]) => isTopicWhole(topic, choice)) }
  const count = (list: Chosen) => list.devices.length + list.topics.length
  const isBack = count(all) > 0 && [...all.devices, ...all.topics].every(([one]) => one.ignored !== null)
  const act = async (work: () => Promise<Answer<unknown>>, take: (answer: Answer<unknown>) => void) => {
    if (isBusy.value) return
    isBusy.value = true
    const answer = await work()
    isBusy.value = false
    take(answer)
    if (answer.kind === 'loaded') chosen.value = new Set()
    again()
  }
  const text = (list: Chosen) => decimal(count(list), 0, language.value)
  return (
    <span class="card-tools">
      <ActButton
        right="administer"
        class="button is-small"
        aria-disabled={isBusy.value || (may('administer') && count(whole) === 0)}
        onClick={() => {
          if (count(whole) === 0) return
          void act(
            () => adopt({ ...whole, withPast: withPast.value }),
            (answer) => {
              outcome.value = answer as Answer<AdoptAnswer>
              void loadPlants()
            },
          )
        }}
      >
        {w.adopt(text(whole))}
      </ActButton>
      <ActButton
        right="operate"
        class="button is-small is-quiet"
        aria-disabled={isBusy.value || (may('operate') && count(all) === 0)}
        onClick={() => {
          if (count(all) === 0) return
          void act(
            () => ignore(all, !isBack),
            (answer) => {
              outcome.value = answer.kind === 'failed' ? answer : null
            },
          )
        }}
      >
        {isBack ? w.listAgain(text(all)) : w.ignore(text(all))}
      </ActButton>
    </span>
  )
}

/** The outcome of adopting: done, or the text to put into the file, or what the rules say against it. */
function Outcome({ outcome }: { readonly outcome: ListState['outcome'] }) {
  const w = words().newcomers
  const answer = outcome.value
  if (answer === null || answer.kind === 'loading') return null
  return (
    <div class="newcomer-outcome" role="status">
      {answer.kind === 'failed' ? (
        <p role="alert">{w.failed(saidText(answer.detail))}</p>
      ) : (
        <Adopted of={answer.value} />
      )}
      <button type="button" class="button is-small" onClick={() => (outcome.value = null)}>
        {w.close}
      </button>
    </div>
  )
}

function Adopted({ of: { adopted, saved, text, refused, problems, read_only } }: { readonly of: AdoptAnswer }) {
  const w = words().newcomers
  return (
    <>
      {saved && (
        <p>
          {w.adopted(decimal(adopted, 0, language.value))}{' '}
          <a class="text-link" href={linkTo({ view: 'configuration' })}>
            {w.adoptedNext}
          </a>
        </p>
      )}
      {refused.map(({ plant, device, reason }) => (
        <p key={`${plant}/${device}`}>
          <code>{`${plant}/${device}`}</code> {w.refused[reason]}
        </p>
      ))}
      {problems.map(({ path, problem, remedy }) => (
        <p key={path} role="alert">
          <code>{path}</code> {problemText({ problem, remedy })}
        </p>
      ))}
      {!saved && read_only !== null && text !== '' && (
        <>
          <p>{w.byHand}</p>
          <div class="command">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
            <pre tabIndex={0}>{text}</pre>
            <CopyButton text={text} />
          </div>
        </>
      )}
    </>
  )
}
