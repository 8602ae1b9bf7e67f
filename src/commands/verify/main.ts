#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { runVerifier } from '../../audit/verify/run.js'
import { EXIT } from '../../base/exit-codes.js'
import { complain, printText } from '../../program/output.js'

/**
 * The verifier that lies in every evidence bundle: one file, which needs nothing but Node.js. It does what
 * `greengauge verify` does.
 */
const USAGE = `node greengauge-verify.mjs PATH [--key FINGERPRINT] [--before PATH] [--language en|zh] [--json]

Checks an evidence bundle (PATH is the zip, or the folder it was unpacked into), a report.json or a ledger's folder.
检查证据包（PATH 为 zip 文件或解包后的文件夹）、report.json 或账本文件夹。

  --key       fingerprint of the key that it has to be signed with     必须使用的签名密钥指纹
  --before    bundle of the period before that the report is compared with   所比较的上一报告期的证据包
  --language  en or zh                                                 输出语言
  --json      all findings as JSON                                     以 JSON 输出全部结果

Ends with 0 when everything holds, 65 when something does not, 64 when called wrongly, 74 when PATH cannot be read.
全部成立时退出码为 0，有不成立的为 65，用法错误为 64，无法读取为 74。
`

process.exitCode = await main()

async function main(): Promise<number> {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read()
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE.trimEnd()}`)
    return EXIT.usage
  }
  const { values, positionals } = parsed
  const [path] = positionals
  const { key, before, language, json: isJson = false } = values
  const isKnown = language === undefined || language === 'en' || language === 'zh'
  if (values.help === true) printText(USAGE.trimEnd())
  if (values.help === true) return EXIT.ok
  if (path === undefined || positionals.length > 1 || !isKnown) {
    complain(USAGE.trimEnd())
    return EXIT.usage
  }
  return runVerifier({ path, key, before, language, isJson })
}

function read() {
  return parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      before: { type: 'string' },
      language: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}
