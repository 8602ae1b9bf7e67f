/** Sentences on what keeps the gateway from changing its file, in Chinese. Numbers in braces stand for what is put in. */
export const OBSTACLES_ZH: Readonly<Record<string, string>> = {
  '{0} cannot be written by the gateway ({1}). Write a file elsewhere (greengauge init), and start the gateway with --config FILE.':
    '网关无法写入 {0}（{1}）。请在别处写一个文件（greengauge init），并以 --config FILE 启动网关。',
  '{0} is read only: nobody may write it. Put the text of the preview there by hand, and have the gateway read it again (SIGHUP).':
    '{0} 为只读：任何人都不可写入。请将预览中的文本手动放入该处，并让网关重新读取（SIGHUP）。',
  '{0} is not UTF-8, and what it says in other characters would be lost: convert it first, such as by iconv -f GBK -t UTF-8.':
    '{0} 不是 UTF-8，其中的其他字符会丢失：请先转换，如 iconv -f GBK -t UTF-8。',
  '{0} is mounted by itself, so it cannot be replaced: mount its folder. Put the text of the preview there by hand, and have the gateway read it again (SIGHUP).':
    '{0} 是单独挂载的，因此无法替换：请挂载其所在文件夹。请将预览中的文本手动放入该处，并让网关重新读取（SIGHUP）。',
  "{0} cannot be written by the gateway ({1}): it is read only here, or another user's. Put the text of the preview there by hand, and have the gateway read it again (SIGHUP).":
    '网关无法写入 {0}（{1}）：在此为只读，或属于其他用户。请将预览中的文本手动放入该处，并让网关重新读取（SIGHUP）。',
}
