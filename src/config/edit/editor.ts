import type { Clock } from '../../base/clock.js'
import { storeNameOf } from '../../stores/options.js'
import type {
  ConfigAnswer,
  ConfigAsk,
  ConfigPreview,
  ConfigPreviewWish,
  ConfigRefusal,
  ConfigReply,
  ConfigStored,
  ConfiguredStore,
  ConfigVersionAnswer,
  ConfigVersionItem,
  ConfigWish,
} from '../../views/wire/configuration.js'
import { changedPaths, changedSettings, waitingForRestart } from '../changes.js'
import { configJsonSchema, type LoadedConfig, type LoadSettings } from '../config.js'
import { movesAhead } from '../move-rules.js'
import type { ConfigProblem } from '../problems.js'
import { pathText, type SettingPath } from '../shape.js'
import { readYaml } from '../sources.js'
import { configTextHash } from './config-file.js'
import { differingLines } from './difference.js'
import { editText } from './edit-text.js'
import { EditableFile } from './editable-file.js'
import { EditRefused } from './edits.js'
import { FileText } from './file-text.js'
import { lockouts } from './lockout.js'
import { restatedPlants } from './restated-plants.js'
import { maskedText, unmaskedText } from './secrets.js'
import { type StoredVersion, VersionStore } from './versions.js'

/** Changes of a version that are named; a new plant of a thousand devices is one. */
const CHANGES_MAX = 100
/** Texts that readers have been shown, to tell the second of two what the first has changed. */
const SHOWN_MAX = 20

export interface EditorParts {
  readonly load: LoadSettings
  readonly started: LoadedConfig
  readonly clock: Pick<Clock, 'nowMs'>
  /** The settings that the gateway works by now. */
  inForce(): LoadedConfig
  /** True while the gateway stops: what is written then would be answered as in force and never be. */
  isClosing(): boolean
  /** Has the gateway read its settings again; `by` is the account that changed them. */
  reread(by: string): void
}

type Wanted = { readonly text: string } | { readonly problems: readonly ConfigProblem[]; readonly text: string }

/** Reads and changes the configuration file for people. The file stays the truth: each answer begins with what it says now. */
export class ConfigEditor {
  readonly #parts: EditorParts
  readonly #file: EditableFile
  readonly #versions: VersionStore
  /** Texts by hash, the oldest first. */
  readonly #shown = new Map<string, string>()

  constructor(parts: EditorParts) {
    this.#parts = parts
    this.#file = new EditableFile(parts.started)
    this.#versions = new VersionStore(parts.started.config.data_dir)
  }

  /** Never throws: what fails at the disk is a refusal. */
  answer(ask: ConfigAsk): ConfigReply {
    try {
      return this.#answer(ask)
    } catch (error) {
      return { refused: 503, detail: `The configuration cannot be looked at now: ${(error as Error).message}` }
    }
  }

  #answer(ask: ConfigAsk): ConfigReply {
    switch (ask.ask) {
      case 'read':
        return this.#read()
      case 'schema':
        return { schema: configJsonSchema() }
      case 'preview':
        return this.#preview(ask.wish)
      case 'save':
        return this.#save(ask)
      case 'store':
        return this.#store(ask)
      case 'versions':
        return { versions: this.#items() }
      case 'version':
        return this.#version(ask.version)
      case 'undo':
        return this.#undo(ask)
    }
  }

  #text(): string {
    return this.#file.read() ?? ''
  }

  #read(): ConfigAnswer {
    const isDue = this.#file.isDue()
    const found = this.#file.read()
    const text = found ?? ''
    const hash = configTextHash(text)
    this.#shown.delete(hash)
    this.#shown.set(hash, text)
    for (const oldest of [...this.#shown.keys()].slice(0, -SHOWN_MAX)) this.#shown.delete(oldest)
    const loaded = this.#load(isDue ? undefined : (found ?? undefined))
    const { started } = this.#parts
    const reason = this.#file.obstacle()
    const waiting =
      'problems' in loaded ? [] : waitingForRestart(changedSettings(started.config, this.#parts.inForce().config))
    const shown = found === null ? null : maskedText(text)
    return {
      file: isDue ? null : this.#file.path,
      first_file: isDue ? this.#file.path : null,
      text: shown,
      settings: shown === null ? null : treeOf(shown),
      hash,
      writable: reason === '',
      reason,
      problems: 'problems' in loaded ? loaded.problems.map(shownProblem) : [],
      warnings: 'problems' in loaded ? [] : loaded.warnings.map(shownProblem),
      waiting: [...waiting],
    }
  }

  #load(text: string | undefined): ReturnType<LoadSettings> {
    return this.#parts.load(this.#parts.inForce(), text)
  }

  /** Settings of a text that a person wants in the place of another, or everything that speaks against it. */
  #loadChange(before: string, after: string): ReturnType<LoadSettings> {
    const loaded = this.#load(after)
    if ('problems' in loaded) return loaded
    const change = { before: treeOf(before), inForce: this.#parts.inForce(), wanted: loaded }
    const where = (path: SettingPath) => readYaml(this.#file.path, after).lineOf(path)
    const ahead = movesAhead(loaded.config, this.#parts.clock.nowMs())
    const problems = [
      ...lockouts(change, where),
      ...ahead.map(({ path, ...rest }) => ({ path: pathText(path), where: where(path), ...rest })),
    ]
    return problems.length > 0 ? { problems } : loaded
  }

  #preview(wish: ConfigPreviewWish): ConfigPreview | ConfigRefusal {
    const before = this.#text()
    const older = wish.version === undefined ? undefined : this.#versions.find(wish.version)
    if (older === null) return noVersion(wish.version!)
    const base = this.#file.baseOf(before, wish.language)
    const wanted: Wanted = older === undefined ? wantedText(base, wish) : { text: older.text }
    const text = maskedText(wanted.text) ?? wish.text ?? ''
    const difference = [...differingLines(maskedText(before) ?? '', text)]
    const shown = { text, difference, same: wanted.text === before, warnings: [], changes: [], restated: [] }
    if ('problems' in wanted) return { ...shown, problems: wanted.problems.map(shownProblem) }
    const loaded = this.#loadChange(before, wanted.text)
    if ('problems' in loaded) return { ...shown, problems: loaded.problems.map(shownProblem) }
    const warnings = loaded.warnings.map(shownProblem)
    const { inForce, clock } = this.#parts
    const restated = restatedPlants(inForce().config.plants, loaded.config.plants, clock.nowMs())
    return { ...shown, problems: [], warnings, changes: this.#changes(before, wanted.text, loaded), restated }
  }

  /** Settings that differ, with those of the text that a variable or a flag goes over. */
  #changes(before: string, after: string, loaded: LoadedConfig): ConfigPreview['changes'] {
    const paths = changedPaths(this.#parts.inForce().config, loaded.config)
    const waiting = new Set(waitingForRestart(paths))
    const overridden = loaded.overridden ?? new Map<string, string>()
    const hidden = changedPaths(treeOf(before), treeOf(after)).filter((path) => overridden.has(path))
    return [
      ...paths.map((path) => ({ path, when: waiting.has(path) ? ('restart' as const) : ('now' as const), by: '' })),
      ...hidden.map((path) => ({ path, when: 'never' as const, by: overridden.get(path)! })),
    ]
  }

  #store({ edits, store }: Extract<ConfigAsk, { ask: 'store' }>): ConfiguredStore | ConfigRefusal {
    // Secrets of a file that nobody may change go to no other address than the one that it names.
    const obstacle = edits.length === 0 ? '' : this.#file.obstacle()
    if (obstacle !== '') return { refused: 409, detail: obstacle }
    const wanted = wantedText(this.#file.baseOf(this.#text()), { edits: [...edits] })
    if ('problems' in wanted) return refusedFor(wanted.problems)
    const loaded = this.#load(wanted.text)
    if ('problems' in loaded) return refusedFor(loaded.problems)
    const named = loaded.config.store.find((one) => storeNameOf(one) === store)
    if (named !== undefined) return { configured_store: named }
    const names = loaded.config.store.map(storeNameOf).join(', ')
    return { refused: 404, detail: `There is no store ${store} in the configuration: ${names}.` }
  }

  #save({ wish, match, by }: Extract<ConfigAsk, { ask: 'save' }>): ConfigStored | ConfigRefusal {
    const before = this.#text()
    const obstacle = this.#obstacle(before, match)
    if (obstacle !== null) return obstacle
    const wanted = wantedText(this.#file.baseOf(before, wish.language), wish)
    if ('problems' in wanted) return refusedFor(wanted.problems)
    return this.#put(before, wanted.text, { by, how: 'edit', undoes: null })
  }

  #undo({ version, match, by }: Extract<ConfigAsk, { ask: 'undo' }>): ConfigStored | ConfigRefusal {
    const before = this.#text()
    const obstacle = this.#obstacle(before, match)
    if (obstacle !== null) return obstacle
    const older = this.#versions.find(version)
    if (older === null) return noVersion(version)
    return this.#put(before, older.text, { by, how: 'undo', undoes: version })
  }

  /** Null where the file can be changed, and is the one that whoever asks has seen. */
  #obstacle(now: string, match: string): ConfigRefusal | null {
    if (this.#parts.isClosing()) return { refused: 503, detail: 'The gateway stops: ask again when it runs.' }
    const reason = this.#file.obstacle()
    if (reason !== '') return { refused: 409, detail: reason }
    if (match === configTextHash(now)) return null
    const seen = this.#shown.get(match) ?? this.#versions.all().find(({ hash }) => hash === match)?.text
    const paths = seen === undefined ? [] : changedPaths(treeOf(seen), treeOf(now))
    const what = paths.length === 0 ? '' : `: ${paths.slice(0, 8).join(', ')}${paths.length > 8 ? ', …' : ''}`
    return {
      refused: 412,
      detail: `Somebody has changed the configuration since you read it${what}. Read it again, and decide anew.`,
    }
  }

  #put(
    before: string,
    after: string,
    made: Pick<StoredVersion, 'by' | 'how' | 'undoes'>,
  ): ConfigStored | ConfigRefusal {
    const loaded = this.#loadChange(before, after)
    if ('problems' in loaded) return refusedFor(loaded.problems)
    const changes = this.#changes(before, after, loaded)
    const at = new Date(this.#parts.clock.nowMs()).toISOString()
    const newest = this.#versions.newest()
    let version: StoredVersion
    try {
      if (!this.#file.isDue() && newest?.hash !== configTextHash(before)) {
        const since = newest === null ? [] : changedPaths(treeOf(newest.text), treeOf(before))
        const paths = since.slice(0, CHANGES_MAX)
        this.#versions.add({
          at,
          by: '',
          how: 'hand',
          undoes: null,
          changes: paths,
          hash: configTextHash(before),
          text: before,
        })
      }
      const paths = changedPaths(treeOf(before), treeOf(after)).slice(0, CHANGES_MAX)
      version = this.#versions.add({ at, ...made, changes: paths, hash: configTextHash(after), text: after })
      try {
        this.#file.write(after)
      } catch (error) {
        this.#versions.drop(version.version)
        throw error
      }
    } catch (error) {
      return {
        refused: 503,
        detail: `The configuration cannot be written, and stays as it was: ${(error as Error).message}`,
      }
    }
    try {
      this.#parts.reread(made.by)
    } catch (error) {
      const said = (error as Error).message
      return {
        refused: 503,
        detail: `Version ${version.version} is written, but could not be read again: ${said}. Send SIGHUP, or start the gateway anew.`,
      }
    }
    return { version: version.version, hash: version.hash, changes, settings_hash: loaded.hash }
  }

  #items(): ConfigVersionItem[] {
    const now = configTextHash(this.#text())
    const all = this.#versions.all()
    const current = all.findLast(({ hash }) => hash === now)
    return all.map(({ text: _, ...one }) => ({ ...one, current: one.version === current?.version })).reverse()
  }

  #version(number: number): ConfigVersionAnswer | ConfigRefusal {
    const item = this.#items().find(({ version }) => version === number)
    const stored = this.#versions.find(number)
    if (item === undefined || stored === null) return noVersion(number)
    const before = this.#versions.find(number - 1)
    const text = maskedText(stored.text)
    const difference = before === null ? [] : [...differingLines(maskedText(before.text) ?? '', text ?? '')]
    return { ...item, text, difference }
  }
}

function noVersion(version: number): ConfigRefusal {
  return { refused: 404, detail: `There is no version ${version} of the configuration: the oldest are deleted.` }
}

function wantedText(before: string, { edits, text }: ConfigWish): Wanted {
  if (edits !== undefined) {
    const result = editText(before, edits)
    return 'problems' in result ? { ...result, text: before } : { text: result.text }
  }
  try {
    return { text: unmaskedText(withLineEnds(text ?? '', before), before) }
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error
    return { problems: [error.toProblem()], text: text ?? '' }
  }
}

/** A browser gives lines of a text without the returns that they had. */
function withLineEnds(text: string, before: string): string {
  return before.includes('\r\n') && !text.includes('\r') ? text.replaceAll('\n', '\r\n') : text
}

function refusedFor(problems: readonly ConfigProblem[]): ConfigRefusal {
  const [first] = problems as readonly [ConfigProblem]
  const more = problems.length > 1 ? ` And ${problems.length - 1} more: the preview names all.` : ''
  return { refused: 400, detail: `${first.path} ${first.problem}; ${first.remedy}.${more}`.trim() }
}

/** The settings of a text as they stand there; without any where it cannot be read. */
function treeOf(text: string): unknown {
  try {
    const file = new FileText(text)
    return file.isYaml ? file.tree : {}
  } catch {
    return {}
  }
}

function shownProblem({ path, where, value, problem, remedy }: ConfigProblem): ConfigAnswer['problems'][number] {
  const line = /:(\d+)$/.exec(where)?.[1]
  return { path, line: line === undefined ? null : Number(line), where, value, problem, remedy }
}
