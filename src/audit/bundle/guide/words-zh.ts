import type { PeriodBefore } from '../../../base/report.js'
import type { Example } from './example.js'
import type { GuideWords, Workings } from './facts.js'
import { indented } from './words-en.js'

const ROUNDING = `报告先将每日数值舍入到其单位的百万分之一（四舍五入），再逐日相加。
因此各项逐日合计（包括标准煤 tce 与排放量）与按整个期间一次相乘的结果，每日最多可差单位的百万分之零点五；十二个月之和恰等于全年。`

export const GUIDE_ZH: GuideWords = {
  head: ({ report, ledger }) => `# 如何核查本报告

这是 **${report.title.zh}**（${report.id}，第 ${report.version} 版）的证据包：${report.plants.map(({ name, id, timezone }) => `${name.zh || name.en || id}（${timezone}）`).join('、')}，
期间自 ${report.period.from} 起，至 ${lastDay(report.period.to)}（含）。以下步骤无需工厂配合，无需接触生成报告的网关，也无需联网。

| | |
|---|---|
| \`report/report.json\` 的 SHA-256 | \`${ledger.freeze.body.sha256}\` |
| 冻结 | ${ledger.freeze.at}，操作人 ${ledger.freeze.body.by} |
| 账本中的冻结条目 | 第 ${ledger.freeze.number} 条，哈希 \`${ledger.freeze.hash}\` |
| 所依据的数据 | ${ledger.days.size} 个已封存的日数据，共 ${[...ledger.days.values()].reduce((sum, { rows }) => sum + rows, 0)} 行 |
| 生成程序 | Greengauge ${report.basis.code.version}${report.basis.code.commit === '' ? '' : `（${report.basis.code.commit}）`} |
`,
  key: (commands) => `## 1. 这是谁的密钥？

请将 zip 及其 \`.sig\` 放入您自己的空文件夹并在其中解压；以下命令均在该文件夹中执行。

${indented(commands.begin)}

全部内容由同一把密钥签名，而公钥就在证据包里：用自己的密钥另做一个证据包的人，可以把自己的指纹印在其中任何地方，包括此处或 PDF 封面。
因此印出的指纹不能证明任何事，这里也不印。请通过另一条途径（纸质文件、您已知的电话号码、上一期报告）向工厂索取其密钥指纹，并写在这里：

    ________________________________________________________________________________

证据包中密钥的指纹由以下命令给出：

${indented(commands.fingerprint)}

如两者不同，请到此为止：证据包本身可能前后一致，但不属于该工厂。
`,
  script: (commands) => `## 2. 使用脚本

只需 Node.js 20.19 或更新版本。请将 FINGERPRINT 换成您写下的指纹。

${indented(`${commands.script} --language zh`)}

脚本核对全部签名与哈希，根据 CSV 文件中的读数重新计算报告的每一个数值，并用通俗的语言说明哪些成立、哪些不成立。
全部成立时退出码为 0，否则为 65。不给 \`--key\` 时只能说明证据包自身前后一致。脚本来自证据包的提供者，本身也是被核查的对象：
如不信任对方，请使用从别处取得的 Greengauge 的 \`greengauge verify\`（功能相同），或按第 3 节操作。
`,
  byHand: (commands, python) => `## 3. 使用 openssl、sha256sum 与 Python

需要 OpenSSL 3、GNU coreutils 8.31 或更新版本（\`sha256sum\`、\`base64\`、\`basenc\`）、GNU grep 与 sed，最后一步需要 Python 3.8 或更新版本。
命令的输出写入 \`work/\`，不写入证据包。先核对收到的 zip，再核对文件清单；两者都应显示
\`Signature Verified Successfully\`：

${indented(commands.zip)}

${indented(commands.manifest)}

清单列有校验和文件的哈希，校验和文件列有全部文件的哈希；此外没有其他文件；应显示清单中的一段、
\`all files hold\` 以及 \`no other file is there\`：

${indented(commands.files)}

账本的最后一行说明本报告已冻结，其中的 SHA-256 与报告文件一致，\`files\` 列有与报告一同冻结的每个文件的 SHA-256：

${indented(commands.freeze)}

账本每一行的 \`hash\` 是该行去掉 \`hash\` 与 \`signature\` 后的 SHA-256，\`previous\` 是前一行的哈希，签名针对该哈希。以最后一行为例：

${indented(commands.entry)}

${indented(commands.signature)}

每个哈希都包含前一行的哈希，因此最后一行的签名对之前各行同样有效。最后一行的 \`days\` 是封存读数的各行编号：这些行逐一列出 \`archive/\` 下各文件的 SHA-256，以及对
\`evidence/工厂/readings/日期.csv\` 各行（不含表头）所建 Merkle 树（RFC 6962）的根。\`configuration\` 与 \`factors\` 行分别封存
\`evidence/工厂/configurations/\`（文件名即行号）与 \`evidence/factors/\` 中的内容。以下 Python 核对整条链的哈希及其封存的全部内容，
请存为 \`work/check.py\`：

\`\`\`python
${python}\`\`\`

${indented(commands.python)}

如有不成立之处，以 \`AssertionError\` 结束并指出位置，否则逐行列出结果；每次将一日数据读入内存。由读数推出各数值的计算较长，由第 2 节的脚本完成。
`,
  example: (example, workings) => `## 4. 手工追溯一个数值

${example.plant.name.zh || example.plant.id} 的 **${example.figure.name.zh}**（\`${example.figureId}\`）：报告为 **${example.figure.value} ${example.figure.unit}**。

电表上传的是表底数。期间用电量等于期末表底数减去期初表底数；两次读数之间按均匀上升取值。\`#\` 之后是命令的输出。期间自 ${example.start.at} 开始：

${indented(workings.start)}

至 ${example.end.at} 结束：

${indented(workings.end)}

${multiplierText(example)}因此用电量为

    ${workings.difference}

${
  workings.holds
    ? `即报告中的数值${workings.off === '' ? '' : `（相差 ${workings.off} kWh）`}。${ROUNDING}`
    : `而报告为 ${example.figure.value} ${example.figure.unit}。该表底数并非一直上升：发生过清零、换表、错误读数或更正
（该数值的标记：${example.figure.flags.join('、') || '无'}）。此时需逐步核对；各标记的含义见 Greengauge README 的 Flags 一节，脚本按每一步计算。`
}

${emissionText(example, workings)}`,
  noExample: `## 4. 手工追溯一个数值

本报告中没有仅凭两次读数即可追溯的外购电量。请查看 \`report/report.json\` 中数值的 \`made\`：\`days\` 为某指标逐日数值之和，\`sum\` 与
\`quotient\` 由其所列的其他数值得出，\`formulas\` 说明各指标的计算式。读数位于 \`evidence/工厂/readings/\`。
`,
  limits: ({ report, ledger: { timeStamps, freeze } }) => `## 5. 已声明并封存、但不重新计算的内容

- 被拒收的消息数量（\`rejected.csv\`）：被拒收的内容不是读数。
- 证据包内读数开始之前的排气筒小时数据（\`hours-before.csv\`），供缺失数据替代时回溯。
- 合同匹配所涉报告期之外各日的外购电量（\`import-days.csv\`）。
${earlierText(report.period_before)}- 各序列的起止时间（\`series.csv\` 中的 \`first_ts\`、\`last_ts\`）。
- 人员与配置所声明的内容：计量器具、用途、倍率、合同、边界。它们已被封存，事后无法更改；当时是否属实，需到现场核实。
- 设备所报数据是否真实。
- ${
    freeze.body.files === undefined
      ? 'PDF、XLSX、CSV 与 `evidence/formulas.json`：该账本未封存这些文件，它们仅随证据包签名，密钥持有者可以更换。'
      : 'PDF、XLSX 与 CSV 的内容：它们就是冻结时的文件，但内容未予读取；重新计算的是 `report/report.json`。'
  }
- 本说明与 \`SHA256SUMS\`：随证据包生成而非冻结时生成，仅有签名；密钥持有者可以另写一份说明，其中任何文字都不能代替核查。

## 6. 密钥持有者能做什么

持有私钥的人可以从头另写一本账本，使用不同的读数并签名。对此只有一种办法，而且必须事先采取：在其控制范围之外留存锚点。
请保存上述条目的哈希（打印、签字、发送给自己），或由时间戳机构加盖时间戳（RFC 3161；本次冻结之前${timeStamps.length === 0 ? '未取得时间戳' : `已取得 ${timeStamps.length} 个，见 \`ledger/time-stamps/\``}）。
重新编写的账本不可能包含具有该哈希的条目${freeze.body.files === undefined ? '' : '，该条目封存的 PDF 与表格也无法更换'}。
`,
}

/** The day before the end of a period. */
function lastDay(to: string): string {
  return new Date(Date.parse(to) - 86_400_000).toISOString().slice(0, 10)
}

function earlierText(before: PeriodBefore | undefined): string {
  if (before === undefined || before.report === null) return ''
  const { id, report } = before
  return `- 上一报告期的数值：引自已冻结的 ${id} 第 ${report.version} 版；该报告即 \`evidence/period-before.json\`，其 SHA-256 在账本中。持有该报告的证据包时，
  可用 \`--before\` 核对这些数值能否由其读数推出。
`
}

function multiplierText({ multiplier, configuration, device }: Example): string {
  if (multiplier === 1) return ''
  return `互感器倍率为 ${multiplier}（见 \`${configuration}\` 中 ${device} 的 \`multiplier\`）。`
}

function emissionText({ emission }: Example, workings: Workings): string {
  if (emission === null || workings.emission === null) {
    return `排放量按每小时适用的因子逐小时计算（见该数值的 \`factors\` 与 \`evidence/factors/\`）。
`
  }
  const { factor } = emission
  return `全部关口表（\`${emission.importId}\`）合计 ${emission.importKwh} kWh，全部适用同一因子 \`${factor.id}\`：${factor.value} ${factor.unit}
（${factor.source}，${factor.year}；见 \`evidence/factors/\`，企业自有因子见配置中的 \`factors\`）。因此

    ${workings.emission}

报告为 ${emission.kg} ${emission.unit}（\`${emission.figureId}\`，基于位置）${workings.emissionHolds ? '。' : '，其中还包括关口表之外的部分：见该数值的组成。'}
`
}
