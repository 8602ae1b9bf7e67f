import { describe, expect, test } from 'vitest'
import { dockerfile, isIgnored } from '../../support/image.js'

const [build, image] = dockerfile.stages

describe('the build context', () => {
  test.each([
    ...['.git/config', 'node_modules/zod/package.json', 'dist/src/cli.js', 'data/journal/1.seg', '.env', 'token.txt'],
    ...['docker/gateway/greengauge.yaml', 'dashboards/grafana/boards/plant.json', 'test/tidy.test.ts', '.ci/run'],
  ])('keeps %s out', (path) => expect(isIgnored(path)).toBe(true))

  test.each([
    ...['src/cli.ts', 'package-lock.json', '.npmrc', 'devices/demo/greengauge.yaml', 'dashboards/src/app.tsx'],
    ...['factors/emission-factors.csv', 'docker/healthcheck.mjs', 'docker/bin/greengauge'],
  ])('has %s', (path) => expect(isIgnored(path)).toBe(false))
})

test('both stages are made from one small image, named in one place', () => {
  expect(dockerfile.args).toEqual(new Map([['NODE_IMAGE', 'node:24-slim']]))
  expect(dockerfile.stages.map((stage) => stage.image)).toEqual(['node:24-slim', 'node:24-slim'])
})

test('no script of a package is run', () => {
  const commands = build!.steps.filter((step) => step.name === 'RUN').flatMap((step) => step.text.split('&&'))
  const installing = commands.filter((command) => /npm (ci|install|prune)/.test(command))
  expect(installing).toHaveLength(2)
  for (const command of installing) expect(command).toContain('--ignore-scripts')
})

test('who runs is not root, and cannot change the program', () => {
  expect(image!.steps.findLast((step) => step.name === 'USER')!.text).toBe('node')
  expect(image!.steps.filter((step) => step.name === 'COPY' && step.flags.has('chown'))).toEqual([])
  expect(image!.steps.filter((step) => step.name === 'RUN').map((step) => step.text)).toEqual([
    'install -d -o node -g node /secrets',
    'install -d -o node -g node -m 0700 /data /backup',
  ])
})
