/*
 * This script tells whether the gateway of its container lives: it asks /livez where the gateway has said, in its data directory, that it
 * answers, whatever port and certificate its configuration gives. Exit code 0 or 1, with the reason on stderr.
 */
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { get as getOverTls } from 'node:https'
import { join } from 'node:path'

const file = join(process.env.GREENGAUGE_DATA_DIR ?? '/data', 'access', 'address.json')
try {
  const { url } = JSON.parse(readFileSync(file, 'utf8'))
  // The certificate need not be made out to the container's own loopback, and nothing secret is sent there.
  const ask = url.startsWith('https:') ? getOverTls : get
  const request = ask(`${url}/livez`, { rejectUnauthorized: false, timeout: 4000 }, (answer) => {
    if (answer.statusCode !== 200) end(`${url}/livez answers ${answer.statusCode}`)
    process.exit(0)
  })
  request.on('timeout', () => end(`${url}/livez does not answer in 4 s`))
  request.on('error', (error) => end(`${url}/livez does not answer: ${error.message}`))
} catch (error) {
  end(`the gateway has not said yet where it answers: ${error.message}`)
}

function end(why) {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}
