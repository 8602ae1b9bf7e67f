type Phrase = readonly [english: string | RegExp, chinese: string]

/** Devices and events that a KPI is made of, whole phrases before their parts. */
const MEMBERS: readonly Phrase[] = [
  [
    'import and export at the meters of role main, else of every unconfigured sender; fuels and heat of every sender but submeters; steam where carbon.purchased_steam says that it is bought, for that of an own boiler is in its fuel; events fuel_used; media of energy.bought',
    '外购与外送电量取关口表（role: main），没有时取所有未配置的设备；燃料与热力取除分表外的所有设备；蒸汽仅取 carbon.purchased_steam 注明外购的，自有锅炉的已含在燃料中；fuel_used 事件；energy.bought 所列耗能工质',
  ],
  [
    'on-site generation of every sender but submeters; export at the meters of role main',
    '除分表外所有设备的自发电；外送电量取关口表（role: main）',
  ],
  ['meters of role main; without one, every unconfigured sender', '关口表（role: main）；没有时为所有未配置的设备'],
  ['a line its main meter, else its submeters', '产线为其关口表，没有时为其分表'],
  ['a device its own import register, else its submeter', '设备为其自身的外购电量累计值，没有时为其分表'],
  [
    'of a meter without a register the integral of elec_import_kw, flagged approx',
    '没有累计值的表取 elec_import_kw 的积分，标记 approx',
  ],
  [
    'on-site generation and storage of every sender but submeters; a term that nobody sends is left out',
    '自发电与储能取除分表外的所有设备；无人发送的项不计',
  ],
  ['capacitive register where there is one', '有容性累计值时计入'],
  [
    'with energy.demand_mode: sliding alone, as plants in China have it unless they say otherwise',
    '仅在 energy.demand_mode: sliding 时，中国的工厂默认如此',
  ],
  [
    ', with its own steam_pressure_mpa (gauge) and steam_temp_c',
    '，取其自身的 steam_pressure_mpa（表压）和 steam_temp_c',
  ],
  [
    'of a meter without an export register the integral of elec_export_kw, flagged approx: a negative elec_import_kw becomes one on arrival (flag out_of_expected_range)',
    '没有反向累计值的表取 elec_export_kw 的积分，标记 approx：负的 elec_import_kw 到达时转为它（标记 out_of_expected_range）',
  ],
  ['renew_onsite_kwh of every sender but submeters', '除分表外所有设备的 renew_onsite_kwh'],
  [
    'electricity as in energy_elec_consumed, of a line or device its own',
    '用电量同 energy_elec_consumed，产线或设备取其自身',
  ],
  [
    'good pieces of the counting points, else of every sender (flag approx)',
    '合格品件数取计数点，没有时取所有设备（标记 approx）',
  ],
  [
    'good pieces of the counting points; without one, of every sender, flagged approx',
    '计数点的合格品件数；没有时取所有设备，标记 approx',
  ],
  [
    'as in energy_elec_consumed and energy_<carrier>_gj, steam only where carbon.purchased_steam says that it is bought',
    '同 energy_elec_consumed 和 energy_<carrier>_gj，蒸汽仅取 carbon.purchased_steam 注明外购的',
  ],
  [
    'import, generation and export as in energy_elec_consumed; contracts of the plant with factor 0 but nuclear ones. Charging a battery is use, what it gives is not counted again',
    '外购、自发和外送电量同 energy_elec_consumed；因子为 0 且非核电的合同。储能充电计为用电，放电不再重复计算',
  ],
  [
    'registers of fuel of every sender but submeters (a device: its own), and events fuel_used; by carbon.mobile, carbon.measured and carbon.method',
    '除分表外所有设备的燃料累计值（设备取其自身），以及 fuel_used 事件；按 carbon.mobile、carbon.measured 和 carbon.method',
  ],
  ['events refrigerant_refill: what is filled in had leaked', 'refrigerant_refill 事件：充注量即此前的泄漏量'],
  [
    'stacks with co2_pct and stack_flow_nm3h, or their velocity and stack.area_m2: those in carbon.measured, all with carbon.method: measurement',
    '有 co2_pct 和 stack_flow_nm3h（或流速和 stack.area_m2）的排气筒：carbon.measured 所列，carbon.method: measurement 时为全部',
  ],
  [
    'events fuel_used of fuels in carbon.biogenic, and registers of fuel that it names',
    'carbon.biogenic 所列燃料的 fuel_used 事件和累计值',
  ],
  ['events fuel_used that name it', '指明该燃料的 fuel_used 事件'],
  ['events process_input', 'process_input 事件'],
  [
    'heat_gj, and steam_mass_t where carbon.purchased_steam is set',
    'heat_gj，设置 carbon.purchased_steam 时还有 steam_mass_t',
  ],
  ['grid_carbon_kg_kwh of the device in carbon.hourly_grid', 'carbon.hourly_grid 所列设备的 grid_carbon_kg_kwh'],
  ['. Power made on site is not in it, export takes nothing off', '。不含自发电，外送不抵减'],
  [
    'contracts are matched over their period and spread in proportion to consumption, or hour by hour with carbon.matching: hourly',
    '合同在合同期内按用电比例分摊匹配，carbon.matching: hourly 时逐小时匹配',
  ],
  ['contracts of the plant with factor 0', '因子为 0 的合同'],
  ['contracts of the plant', '工厂的合同'],
  ['import of the main meters', '关口表的外购电量'],
  ['those of scope1_co2e, scope2_lb and energy_elec_consumed', '同 scope1_co2e、scope2_lb 和 energy_elec_consumed'],
  [/those of (\S+) and (\w+)/, '同 $1 和 $2'],
  [
    'sources of scope1_co2e; uncertainty_pct of their metrics and factors, else those of the plant’s carbon',
    'scope1_co2e 的排放源；取其测点和因子的 uncertainty_pct，没有时取工厂 carbon 中的',
  ],
  [
    'a meter, and the meters that name it as their parent; of a plant, its main meters and the meters right behind them',
    '某块表及以其为上级的表；工厂为其关口表及直属下级表',
  ],
  ['the price of each quarter of an hour is that at its local start', '每 15 分钟的电价取其当地开始时刻的电价'],
  ['export registers, as energy_elec_consumed', '外送电量累计值，同 energy_elec_consumed'],
  ['of a wet analyser (stack.basis) dried hour by hour', '湿法分析仪（stack.basis）逐小时换算为干基'],
  [
    /stacks that send (\S+) beside o2_pct, with the reference of their limit/,
    '同时发送 $1 和 o2_pct 的排气筒，按其限值的基准氧含量',
  ],
  [/(\S+) where the stack has no oxygen or no reference, flag approx/, '没有氧含量或基准的排气筒取 $1，标记 approx'],
  ['several stacks: the mean of their hours', '多个排气筒取其小时值的均值'],
  [
    ', with their own stack_flow_nm3h, else their velocity and area',
    '，取其自身的 stack_flow_nm3h，没有时取流速和截面积',
  ],
  [/stacks with a limit for (\w+)/, '对 $1 设有限值的排气筒'],
  ['an hour at a standstill is none above it', '停运小时不算超标'],
  ['the worst of them', '取最差者'],
  [
    'without enough good data an hour is at a standstill when stack_running or the quality stopped explains what is missing, else invalid',
    '有效数据不足的小时，若 stack_running 或质量 stopped 能说明缺失则为停运，否则为无效',
  ],
  ['of several stacks the hours of all', '多个排气筒合计'],
  [/stacks that send (\w+)/, '发送 $1 的排气筒'],
  [
    'machines that send their state and count total and good pieces, or two of the three counts',
    '上报状态并计总数和合格品件数（或三种计数中的两种）的机床',
  ],
  ['those whose pieces have no ideal cycle are left out, flagged approx', '工件没有理想节拍的不计，标记 approx'],
  ['those without capacity_per_h are left out, flagged approx', '没有 capacity_per_h 的不计，标记 approx'],
  ['more than one add up', '多台相加'],
  ['machines that send state and order_active', '发送 state 和 order_active 的机床'],
  [
    'configured robots; without one, what sent states as a robot in the last 24 h',
    '已配置的机器人；没有时为最近 24 h 以机器人上报状态的设备',
  ],
  ['of them those that send op_mode and state', '其中发送 op_mode 和 state 的'],
  ['none: routings are configured, no device can tell', '无：工艺路线来自配置，设备无法得知'],
  [
    'events serial_result of every step together; without any, machines that count total and rejected pieces, with parts_rework where it is sent, flagged approx',
    '全部工序的 serial_result 事件；没有时为计总数和废品件数的机床，有 parts_rework 时计入，标记 approx',
  ],
  [
    'events serial_result by op: the steps of process_steps; without it every step seen',
    '按 op 的 serial_result 事件：process_steps 所列工序；未设置时为出现过的全部工序',
  ],
  ['machines that count all pieces and rejected ones', '计总数和废品件数的机床'],
  ['machines that count all pieces and parts_rework', '计总数和 parts_rework 的机床'],
  [
    'events measure: each characteristic of each machine by itself; of several the worst',
    'measure 事件：每台机床的每个特性分别计算；多个取最差者',
  ],
  [
    'machines that have both a meter and a count of pieces; of a plant, the energy of all machines over the good pieces of the counting points',
    '既有电表又计件的机床；工厂为全部机床的电量除以计数点的合格品件数',
  ],
  [
    'machines that have both a state and a meter: one named by energy_meter, else their submeter, else their import',
    '既有状态又有电表的机床：取 energy_meter 所指的表，没有时取其分表，再没有取其外购电量',
  ],
  ['good pieces of the counting points', '计数点的合格品件数'],
  [
    'energy and variable as the baseline names them: those of the KPIs of these names',
    '能源基准所指的能耗和变量：即同名 KPI 的',
  ],
  [
    'every known metric of every device that sends in a period; expected is the time divided by period_s',
    '所有按周期发送的设备的全部已知测点；应收数为时间除以 period_s',
  ],
  ['every known metric of every device, events apart', '所有设备的全部已知测点，事件除外'],
  ['of a reading that came twice the arrival that was kept', '重复到达的读数取所保留的那次到达'],
  ['every device that has sent or is expected to', '所有已发送或应发送的设备'],
  ['on-site generation', '自发电'],
  [/every sender of (\w+) and (\w+) but submeters/, '除分表外所有发送 $1 和 $2 的设备'],
  [/every sender of (\w+) but submeters/, '除分表外所有发送 $1 的设备'],
  [/every sender of (\w+)/, '所有发送 $1 的设备'],
  [/^as (?:in )?(\w+), or (\w+)/, '同 $1，或 $2'],
  [/^as (?:in )?(\w+)/, '同 $1'],
]

/** Reasons why a value is null keep the names that the API gives them; their causes are said in Chinese. */
const NULLS: readonly Phrase[] = [
  ['never: what is not known is time_unknown', '从不：未知的时间计入 time_unknown'],
  [/^as (\w+) and (\w+), and low_coverage of any of them or of pieces/, '同 $1 和 $2；low_coverage：其中任一项或件数'],
  [/^as (\w+) and (\w+), and low_coverage of any of them/, '同 $1 和 $2；low_coverage：其中任一项'],
  [/^as (\w+), or (\w+);/, '同 $1，或 $2;'],
  [/^as (\w+), and /, '同 $1；'],
  [/^as (\w+);/, '同 $1;'],
  ['no_factor and bad_config as in energy_<carrier>_gj', 'no_factor、bad_config 同 energy_<carrier>_gj'],
  ['no_factor and bad_config as in energy_comprehensive', 'no_factor、bad_config 同 energy_comprehensive'],
  [
    'no_data or low_coverage of any meter below 75 % of the expected time',
    'no_data、low_coverage：任一计量表不足应有时间的 75 %',
  ],
  [
    'no_data or low_coverage of electricity, heat or grid carbon below 75 % of the expected time; an hour without grid carbon is not weighed and not covered',
    'no_data、low_coverage：电力、热力或电网碳强度不足应有时间的 75 %；没有电网碳强度的小时不计入，也不算覆盖',
  ],
  [
    'no_data or low_coverage of electricity or heat below 75 % of the expected time',
    'no_data、low_coverage：电力或热力不足应有时间的 75 %',
  ],
  ['no_data or low_coverage of heat below 75 % of the expected time', 'no_data、low_coverage：热力不足应有时间的 75 %'],
  ['no_data or low_coverage of import', 'no_data、low_coverage：外购电量'],
  ['no_factor or bad_config when a source has no factor', 'no_factor、bad_config：某排放源没有因子'],
  ['where there is no register no_data without an event', '没有累计值时 no_data：没有事件'],
  [
    'no_denominator when nothing was inspected or made; of counters ',
    'no_denominator：没有检验或产出；由计数器计算时 ',
  ],
  [
    'bad_config for a carrier with a range (natural gas) without a heating value or coefficient of the plant, for bought steam without pressure and temperature, energy.steam_class and carbon.purchased_steam.enthalpy_kj_kg, and for the primary value of electricity without an own factor',
    'bad_config：系数为区间的能源（天然气）没有工厂的热值或折标系数、外购蒸汽的压力和温度及 energy.steam_class 和 carbon.purchased_steam.enthalpy_kj_kg 均没有、电力按等价值而没有自有系数',
  ],
  [
    'bad_config without pressure and temperature, energy.steam_class and carbon.purchased_steam.enthalpy_kj_kg, and for readings that are no steam',
    'bad_config：压力和温度、energy.steam_class、carbon.purchased_steam.enthalpy_kj_kg 均没有，或读数不是蒸汽',
  ],
  [
    ' and of a day with fewer than 20 valid hours (regime cn; hours at a standstill are not missed)',
    '，或一日的有效小时不足 20 个（regime cn；停运小时不算缺失）',
  ],
  ['no_data with nothing covered', 'no_data：全无数据'],
  ['no_data without oxygen or with nothing covered', 'no_data：没有氧含量或全无数据'],
  ['no_data with nothing known', 'no_data：状态全部未知'],
  ['no_data with a meter of which nothing is known', 'no_data：某块表全无数据'],
  ['low_coverage with one known for less than 75 % of its time', 'low_coverage：某块表有数据的时间不足 75 %'],
  ['no_data without a block that counts', 'no_data：没有有效的 15 分钟时段'],
  ['low_coverage when fewer than 75 % of the blocks count', 'low_coverage：有效的 15 分钟时段不足 75 %'],
  ['no_data without a valid hour', 'no_data：没有有效小时'],
  ['no_data without a running hour', 'no_data：没有运行小时'],
  ['no_data without a value', 'no_data：没有测量值'],
  [
    'no_data when one of the steps has no part that was inspected for the first time',
    'no_data：某工序没有首次检验的工件',
  ],
  [
    'low_coverage when valid hours cover less than 75 % of the expected time',
    'low_coverage：有效小时不足应有时间的 75 %',
  ],
  ['low_coverage when fewer than 75 % of the running hours are valid', 'low_coverage：有效小时不足运行小时的 75 %'],
  ['low_coverage when fewer than 75 % of the hours are valid', 'low_coverage：有效小时不足 75 %'],
  ['low_coverage below 75 % of the expected time', 'low_coverage：不足应有时间的 75 %'],
  ['low_coverage below 75 % of the planned or powered time', 'low_coverage：不足计划时间或通电时间的 75 %'],
  ['low_coverage below 75 % of the planned time', 'low_coverage：不足计划时间的 75 %'],
  [', of what is divided or of what it is divided by', '（分子或分母）'],
  [' of any of the registers', '（任一累计值）'],
  [' of one of the counts', '（任一计数）'],
  [' of meters or counts', '（电表或计数）'],
  [' of the meter or of the states', '（电表或状态）'],
  [' of meter or state', '（电表或状态）'],
  [' of the meter', '（电表）'],
  [' of energy or variable', '（能耗或变量）'],
  [' (45 min of an hour)', '（每小时 45 min）'],
  ['low_sample below 50 values', 'low_sample：少于 50 个值'],
  ['low_sample without subgroups', 'low_sample：没有子组'],
  ['o2_invalid from 20.8 % O2', 'o2_invalid：O2 达到 20.8 %'],
  [' (flag out_of_expected_range from 19.5 %)', '（达到 19.5 % 标记 out_of_expected_range）'],
  ['0 only while the source is known to stand still', '仅在已知排放源停运时为 0'],
  ['0 when nothing was made of planned time', '计划时间内没有产出时为 0'],
  ['a plant that is not configured has none', '未配置的工厂没有此值'],
  ['where the state is not known it is kwh_unknown', '状态未知的部分计入 kwh_unknown'],
  ['they are own ones', '须为自有因子'],
  ['no_factor when such a fuel has no factors', 'no_factor：该燃料没有因子'],
  ['no_factor for a region without a factor: add one of your own', 'no_factor：该区域没有因子，请添加自有因子'],
  ['no_factor for a fuel that the table does not have', 'no_factor：因子表中没有该燃料'],
  ['no_factor for GJ without a heating value', 'no_factor：单位为 GJ 而没有热值'],
  ['no_factor without a heating value', 'no_factor：没有热值'],
  ['no_factor without a grid factor', 'no_factor：没有电网因子'],
  ['bad_config for an event in a unit that is not that of the register', 'bad_config：事件的单位与累计值不同'],
  [
    'bad_config for one of another unit and for coal without carbon.coal',
    'bad_config：热值单位不符，或用煤而未设 carbon.coal',
  ],
  ['bad_config for steam without its enthalpy', 'bad_config：蒸汽没有焓值'],
  ['bad_config for a wet analyser without moisture', 'bad_config：湿法分析仪没有湿度'],
  [
    'bad_config where a velocity has no stack.area_m2 or a wet analyser no moisture',
    'bad_config：有流速而没有 stack.area_m2，或湿法分析仪没有湿度',
  ],
  [
    'bad_config when a source has no uncertainty of its activity or factor',
    'bad_config：某排放源没有活动数据或因子的不确定度',
  ],
  [
    'bad_config when something lies in no period of a tariff, or in tariffs of two currencies',
    'bad_config：有电量不在任何电价时段内，或电价币种不一',
  ],
  ['bad_config when no tariff with a demand price is in force', 'bad_config：没有执行中的需量电价'],
  [
    'bad_config when no machine has an ideal cycle for all its pieces',
    'bad_config：没有一台机床的全部工件都有理想节拍',
  ],
  ['bad_config when no machine has a capacity_per_h', 'bad_config：没有机床设有 capacity_per_h'],
  ['bad_config without a reference', 'bad_config：没有基准氧含量'],
  ['bad_config without a limit in force', 'bad_config：没有执行中的限值'],
  ['bad_config without employees', 'bad_config：未设 employees'],
  ['bad_config without automation in the configuration', 'bad_config：配置中没有 automation'],
  ['bad_config without the limits it needs', 'bad_config：没有所需的规格限'],
  ['bad_config without a price or with two currencies', 'bad_config：没有电价，或币种不一'],
  ['bad_config on a day without a baseline', 'bad_config：某日没有能源基准'],
  ['no_denominator without a failure or when none ended', 'no_denominator：没有故障，或没有已结束的故障'],
  ['no_denominator without a failure', 'no_denominator：没有故障'],
  ['no_denominator when no fault ended', 'no_denominator：没有已结束的故障'],
  ['no_denominator without maintenance of either kind', 'no_denominator：没有维修，也没有保养'],
  ['no_denominator without powered time', 'no_denominator：没有通电时间'],
  ['no_denominator without a good piece', 'no_denominator：没有合格品'],
  ['no_denominator without any water', 'no_denominator：没有用水'],
  ['no_denominator without emissions', 'no_denominator：没有排放'],
  ['no_denominator without an order', 'no_denominator：没有订单'],
  ['no_denominator when nothing flowed', 'no_denominator：没有电量'],
  ['no_denominator when nothing stayed', 'no_denominator：没有留用电量'],
  ['no_denominator when nothing was imported', 'no_denominator：没有外购电量'],
  ['no_denominator when nothing was consumed', 'no_denominator：没有用电'],
  ['no_denominator when the meter counted nothing', 'no_denominator：上级表没有电量'],
  ['no_denominator when it cost nothing', 'no_denominator：电费为零'],
  ['no_denominator when the source never ran', 'no_denominator：排放源从未运行'],
  ['no_denominator when nothing was planned', 'no_denominator：没有计划时间'],
  ['no_denominator when nothing was made', 'no_denominator：没有产出'],
  ['no_denominator when pieces came and nothing was producing', 'no_denominator：有产出而没有生产时间'],
  ['no_denominator when all values are the same', 'no_denominator：全部数值相同'],
  ['no_denominator when no energy has a state', 'no_denominator：没有状态已知的电量'],
  ['no_denominator when nothing is expected', 'no_denominator：预期能耗为零'],
  ['no_denominator when nothing was due', 'no_denominator：没有应收读数'],
  ['no_denominator when nothing was received', 'no_denominator：没有收到读数'],
  ['no_denominator when no device was due', 'no_denominator：没有应在线的设备'],
]

/** Standards and documents that formulas are from, and how far they were checked. */
const SOURCES: readonly Phrase[] = [
  ['; whether the standard divides by FE + 1 was not verified', '；标准是否除以 FE + 1 未核实'],
  ['International Federation of Robotics, by the KPI specification', '国际机器人联合会（IFR），据指标规范'],
  ['Six Sigma, by the KPI specification', '六西格玛，据指标规范'],
  ['NIST/SEMATECH handbook', 'NIST/SEMATECH 手册'],
  [' by the KPI specification', '，据指标规范'],
  [', as Chinese tariffs reckon', '，按中国电价规定'],
  [', option demand_mode', '，选项 demand_mode'],
  [' for the simple ratio', '（简单比值）'],
  [' of 2015', '（2015 年）'],
  ['proposal of the GHG Protocol of 2025 for scope 2', 'GHG Protocol 2025 年的范围二修订提案'],
  ['no standard: the balance of a tree of meters', '无标准：逐级计量的平衡'],
  ['no standard: energy by state of the machine', '无标准：机床分状态能耗'],
  ['no standard for the split by state', '按状态拆分无标准'],
  ['no standard: ', '无标准：'],
  [", and the plant's own tariff", '，以及工厂自己的电价'],
  ["the plant's own tariff", '工厂自己的电价'],
  [' for the valid hour (not checked against its text)', '（有效小时；未与原文核对）'],
  [
    ' and the limits of GB 13223 and GB 13271, for us 40 CFR 60 appendix A, method 19 (not checked against their text)',
    ' 及 GB 13223、GB 13271 的限值，regime us 依据 40 CFR 60 附录 A 方法 19（未与原文核对）',
  ],
  [', measured CO2 (44.0095 g/mol in 22.414 L/mol)', '，实测 CO2（44.0095 g/mol，22.414 L/mol）'],
  [', guided by ISO 22400-2', '，参照 ISO 22400-2'],
  ['; modes of OPC 40010', '；OPC 40010 的模式'],
  [' for SEC, here of machines alone', '（SEC，此处仅机床）'],
  [' for the factor', '（因子）'],
  ['KPI specification', '指标规范'],
  [' (not checked against their texts)', '（未与原文核对）'],
  [' (read in secondary sources)', '（查阅自二手来源）'],
  [' (from memory)', '（凭记忆）'],
  [' for default heating values', '（缺省热值）'],
  [' for what counts as purchased', '（外购的界定）'],
  [' for the levels', '（等级）'],
  [' for the comparison', '（比较规则）'],
  [': exports are shown apart and never taken off scope 2', '：外送单列，不抵减范围二'],
  [', scope 2 guidance', '，范围二指南'],
  [': mass from the measured concentration', '：排放量按实测浓度'],
  [', pollutants: hours run', '，污染物：运行小时'],
  [', renewables detail', '，可再生能源'],
  [', peak demand', '，最大需量'],
  [', CBAM extract', '，CBAM 摘要'],
  [', or Regulation (EU) 2018/2066 Art. 45', '，或欧盟 2018/2066 号条例第 45 条'],
  ['Implementing Regulation (EU) 2025/2547', '欧盟 2025/2547 号实施条例'],
  ['IPCC 2006 Guidelines, volume 1, chapter 3, approach 1', 'IPCC 2006 指南第 1 卷第 3 章方法一'],
  ['PACT data model 3.0', 'PACT 3.0 数据模型'],
  ['PACT Methodology, primary data share', 'PACT 方法学，初级数据占比'],
  [', after HJ', '，依据 HJ'],
  [' and ', ' 与 '],
]

/** This says in Chinese what a KPI is made of. */
export function membersInChinese(members: string): string {
  return inChinese(members, MEMBERS)
}

/** This says in Chinese when a KPI has no value. */
export function nullsInChinese(nulls: string): string {
  // Each reason begins anew.
  return inChinese(nulls, NULLS).replace(/，(?=(?:no|low|bad|o2)_)/g, '；')
}

/** This says in Chinese which standard or project a formula is from. */
export function sourceInChinese(source: string): string {
  return source === 'project' ? '本产品约定' : inChinese(source, SOURCES)
}

function inChinese(text: string, phrases: readonly Phrase[]): string {
  const said = phrases.reduce(
    (left, [english, chinese]) =>
      left.replaceAll(typeof english === 'string' ? english : new RegExp(english, 'g'), chinese),
    text,
  )
  return said.replaceAll('; ', '；').replaceAll(', ', '，')
}
