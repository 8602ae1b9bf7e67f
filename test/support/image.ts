import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Dockerfile, expand, ignoring, pairsOf, parseDockerfile, type Stage, wordsOf } from './dockerfile.js'

/** The repository, which is what `docker build` is given. */
const CONTEXT = join(import.meta.dirname, '..', '..')

export const dockerfile: Dockerfile = parseDockerfile(readFileSync(join(CONTEXT, 'Dockerfile'), 'utf8'))
/** True for a path that `.dockerignore` keeps out. */
export const isIgnored = ignoring(readFileSync(join(CONTEXT, '.dockerignore'), 'utf8'))

/** The image as a folder, with what it says of how it is run. */
export interface Image {
  readonly root: string
  readonly workdir: string
  readonly env: ReadonlyMap<string, string>
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly healthcheck: readonly string[]
}

/**
 * Does the steps of the Dockerfile without an engine, each stage in a folder of `dir` that stands for its root. They run
 * on the Node of this machine instead of that of the base image, and what is done as root of an image, owners and
 * users, is left out.
 */
export function buildImage(dir: string): Image {
  const { stages } = dockerfile
  const built = stages.map((stage) => perform(stage, dir))
  const { steps } = stages.at(-1)!
  const last = (name: string) => steps.findLast((step) => step.name === name)!.text
  return {
    ...built.at(-1)!,
    entrypoint: wordsOf(last('ENTRYPOINT')),
    command: wordsOf(last('CMD')),
    healthcheck: wordsOf(last('HEALTHCHECK').replace(/^CMD /, '')),
  }
}

function perform(stage: Stage, dir: string): Pick<Image, 'root' | 'workdir' | 'env'> {
  const rootOf = (alias: string) => join(dir, alias || 'image')
  const root = rootOf(stage.alias)
  let workdir = root
  const inside = (path: string) => (path.startsWith('/') ? join(root, path) : join(workdir, path))
  const values = new Map<string, string>()
  const env = new Map<string, string>()
  for (const { name, flags, text } of stage.steps) {
    if (name === 'WORKDIR') {
      workdir = inside(text)
      mkdirSync(workdir, { recursive: true })
    } else if (name === 'ARG') {
      for (const [key, value] of pairsOf(text)) values.set(key, value)
    } else if (name === 'ENV') {
      for (const [key, value] of pairsOf(text)) env.set(key, value)
    } else if (name === 'COPY') {
      const words = text.split(/\s+/)
      const from = flags.get('from')
      for (const source of words.slice(0, -1)) {
        if (from === undefined) copyFromContext(source, inside(words.at(-1)!))
        else move(join(rootOf(from), source), inside(words.at(-1)!))
      }
    } else if (name === 'RUN') {
      const made = /^install -d [^/]*(\/.+)$/.exec(text)?.[1]
      if (made === undefined) run(expand(text, values), workdir)
      else for (const folder of made.split(' ')) mkdirSync(inside(folder), { recursive: true })
    }
  }
  return { root, workdir, env }
}

/** A file goes into the folder; of a folder its contents go. */
const placeOf = (origin: string, target: string) =>
  statSync(origin).isDirectory() ? target : join(target, basename(origin))

function copyFromContext(source: string, target: string): void {
  const origin = join(CONTEXT, source)
  const filter = (path: string) => path === CONTEXT || !isIgnored(path.slice(CONTEXT.length + 1))
  cpSync(origin, placeOf(origin, target), { recursive: true, verbatimSymlinks: true, filter })
}

/** Nothing looks at an earlier stage again, so its files need not be copied. */
function move(origin: string, target: string): void {
  renameSync(origin, placeOf(origin, target))
}

function run(command: string, cwd: string): void {
  // As in a container: what vitest and npm have put into the environment of this process is not there.
  const { PATH = '', HOME = '' } = process.env
  const done = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8', env: { PATH, HOME } })
  if (done.status !== 0) throw new Error(`${command}: ${done.status}\n${done.stdout}\n${done.stderr}`)
}
