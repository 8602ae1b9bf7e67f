// @module-tag deep
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'

/** These tests look what `npm pack` puts into the package, and what its documents link to. */

const root = join(import.meta.dirname, '..', '..')

function packedFiles(): readonly string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const done = spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
  const [{ files }] = JSON.parse(done.stdout) as [{ files: { path: string }[] }]
  return files.map(({ path }) => path)
}

/** Files of the package that a document names, seen from where it stands. */
function linksOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8').replaceAll(/```[\s\S]*?```/g, '')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*$/, ''))
  return targets
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => posix.join(posix.dirname(path), target))
}

test('every document, picture and board that a document of the package links to is in the package', () => {
  const packed = packedFiles()
  const isThere = (target: string) => packed.some((path) => path === target || path.startsWith(`${target}/`))
  const documents = packed.filter((path) => path.endsWith('.md'))
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/reference/kpis.md', 'docs/use/registration.md']))
  expect(packed).toContain('dashboards/grafana/boards/plant.json')
  const broken = documents.flatMap((path) => linksOf(path).map((target) => ({ path, target })))
  expect(broken.filter(({ target }) => !isThere(target))).toEqual([])
})

test('npm start in the folder of the package says what runs it, and begins nothing there', () => {
  const packed = packedFiles()
  expect(packed).toContain('src/prepare.mjs')
  const folder = mkdtempSync(join(tmpdir(), 'greengauge-package-'))
  try {
    mkdirSync(join(folder, 'src'))
    copyFileSync(join(root, 'src/prepare.mjs'), join(folder, 'src/prepare.mjs'))
    const done = spawnSync(process.execPath, ['src/prepare.mjs'], { cwd: folder, encoding: 'utf8' })
    expect(done.stderr).toContain('"greengauge demo" runs the gateway with three simulated plants')
    expect([done.status, readdirSync(folder)]).toEqual([64, ['src']])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('nothing that a package needs is said in overrides, which do not travel with it', () => {
  const { overrides, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    overrides?: object
    dependencies: Record<string, string>
  }
  expect(overrides).toBeUndefined()
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean; engines?: { node?: string } }>
  }
  // Held to that version because the next one does without Node.js 20.
  expect(locked.packages['node_modules/light-my-request']?.version).toBe(dependencies['light-my-request'])
})
