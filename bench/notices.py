"""Synthetic notices with a fixed seed: real township names, titles and bodies as counties write them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOWNSHIPS = (
    "凤城镇 城厢镇 参内镇 魁斗镇 蓬莱镇 金谷镇 湖头镇 剑斗镇 感德镇 长坑乡 祥华乡 蓝田乡 福田乡"
    " 桃舟乡 湖上乡 白濑乡 尚卿乡 芦田镇 西坪镇 虎邱镇 龙涓乡 大坪乡 官桥镇 龙门镇"
)
OFFICES = (
    "财政局 自然资源局 住房和城乡建设局 交通运输局 水利局 农业农村局 林业局 生态环境局 教育局"
    " 卫生健康局 发展和改革局 工业信息化和商务局 公共资源交易中心 城市管理局"
)
SUBJECTS = {
    "GP": ("采购", "公开招标公告 竞争性磋商公告 中标结果公告 合同公告 验收公告"),
    "HC": ("工程", "施工招标公告 中标候选人公示 中标结果公告 招标控制价公告 合同履约公示"),
    "LT": ("国有建设用地使用权", "出让公告 出让结果公示 供地计划 挂牌公告"),
    "HA": ("征收补偿", "征地补偿安置公告 房屋征收决定 补偿方案公示"),
    "SA": ("国有产权", "产权转让公告 资产出租公告 转让结果公示"),
    "FR": ("林权", "林权流转公告 集体林权招标公告 林权抵押公示"),
    "EM": ("排污权", "排污权交易公告 排污权出让结果公示"),
    "TD": ("公共租赁住房", "配租公示 保障对象名单公示 轮候名单公示"),
}
WORKS = (
    "桥梁加固 河道整治 道路提升 污水管网 校舍改造 卫生院扩建 农田水利 老旧小区改造 茶园机耕路 水库除险"
    " 公园绿化 停车场 路灯改造 垃圾中转站 雨污分流 标准厂房 文化中心 幼儿园 山塘整治 边坡治理"
    " 供水工程 防洪堤 敬老院 公厕改造 校园监控 档案数字化 办公设备 教学仪器 医疗设备 信息化运维"
    " 安保服务 物业管理 环卫保洁 测绘服务 勘察设计 监理服务 造价咨询 林木采伐 森林抚育 茶叶展销"
    " 农机购置 应急物资 消防器材 图书采购 食堂配送 车辆租赁 审计服务 规划编制 土地整理 绿化养护"
)
SENTENCES = [
    "本项目已按规定完成审批,建设资金来自财政资金和自筹资金,招标人为项目业主,现对该项目进行公开招标。",
    "采购人委托代理机构组织本次采购活动,采购预算已经批复,供应商应当在规定时间内递交响应文件。",
    "投标人须具备有效的营业执照,并具有相应的施工资质,拟派项目负责人须具备注册建造师执业资格。",
    "中标候选人公示期为三日,投标人或者其他利害关系人对评标结果有异议的,应当在公示期间提出。",
    "投标文件递交的截止时间为开标当日上午九时三十分,逾期送达的投标文件不予受理。",
    "招标文件可在全国公共资源交易平台免费下载,潜在投标人应自行关注变更和答疑。",
    "排污权交易按照自愿、公平、有偿的原则进行,指标来源为储备排污权,受让方须符合环保要求。",
    "集体林权流转应当经村民会议三分之二以上成员同意,林权证记载的四至界限以实地勘查为准。",
    "公共租赁住房的申请人应当符合住房困难和收入标准,经乡镇初审、县级复审后进入轮候。",
    "供应商认为采购文件、采购过程和成交结果使自己的权益受到损害的,可以依法提出质疑。",
    "宗地面积、容积率、建筑密度和绿地率等规划指标详见出让文件,竞买人应当现场踏勘。",
    "被征收人对补偿决定不服的,可以依法申请行政复议,也可以依法提起行政诉讼。",
    "国有资产转让底价以备案的资产评估结果为依据,受让方应当在合同签订后一次性付清价款。",
    "失信被执行人、被列入重大税收违法名单和政府采购严重违法失信行为记录名单的不得参加。",
    "工期自开工令发出之日起计算,质量要求达到国家现行验收规范合格标准,缺陷责任期二十四个月。",
    "履约保证金为合同金额的百分之五,可以采用银行保函、保证保险等非现金方式提交。",
    "项目实施地点位于辖区范围内,服务期限为一年,考核合格的可以续签,最长不超过三年。",
    "评审小组由采购人代表和评审专家组成,评审专家从省级专家库中随机抽取。",
    "监督部门设立举报电话并公布通讯地址,任何单位和个人均可反映交易过程中的问题。",
    "用地单位应当按照批准的用途使用土地,闲置土地按照有关规定处理。",
    "合同签订后七个工作日内,应当将合同副本报同级财政部门备案并在指定媒体上公告。",
    "验收小组依据合同约定的技术、服务和安全标准逐项核对,验收报告由各方签字确认。",
    "本公告未尽事宜,按照有关法律法规和招标文件的规定执行,最终解释权归业主单位。",
    "竞买保证金应当在截止时间前到达指定账户,未竞得的保证金在五个工作日内不计息退还。",
    "公示期间如有异议,请以书面形式实名反映,并附相关证明材料和有效联系方式。",
    "施工单位应当落实安全生产责任,设置警示标志,采取降尘降噪措施,减少对周边居民的影响。",
    "资格审查采用资格后审方式,评标办法采用经评审的最低投标价法,投标保证金金额见须知前附表。",
    "中标候选人提供的业绩和人员证书可在住房城乡建设主管部门的平台上查询核实。",
    "村级评议结果和乡镇审核意见已分别公示,未收到影响结果的异议。",
    "项目建成后将改善沿线群众的生产生活条件,促进茶产业和乡村旅游发展。",
]
# Rare on purpose: one word in 100 of 200 000 documents, a rare character in 10.
RARE = {"围标": 2_000, "磜头": 20_000}
FIRST = datetime(2021, 1, 1, 1, 0, tzinfo=UTC)
DAYS = 5 * 365


@dataclass(frozen=True)
class Notice:
    """One notice, in the order of publication."""

    id: int
    title: str
    body: str
    domain: str
    agency: str
    township: str
    published_at: datetime

    @property
    def text(self) -> str:
        """What a scan looks at."""
        return f"{self.title}\n{self.body}"


def notices(size: int, *, seed: int = 20181117) -> Iterator[Notice]:
    """``size`` notices over five years; the same ones for the same size and seed."""
    dice = random.Random(seed)  # noqa: S311 - a seed that can be repeated
    towns, offices, works = TOWNSHIPS.split(), OFFICES.split(), WORKS.split()
    rare = {word: set(dice.sample(range(size), max(1, size // every))) for word, every in RARE.items()}
    for n in range(size):
        code = dice.choice(list(SUBJECTS))
        subject, kinds = SUBJECTS[code]
        town, office, work = dice.choice(towns), dice.choice(offices), dice.choice(works)
        when = FIRST + timedelta(days=n * DAYS // size, seconds=n % 28_000)
        title = f"安溪县{town}{work}{subject if dice.random() < 0.3 else '项目'}{dice.choice(kinds.split())}"
        money = f"{dice.randint(10, 9999)},{dice.randint(0, 999):03d}.{dice.randint(0, 99):02d}"
        told = dice.sample(SENTENCES, dice.randint(9, 13))
        told.insert(1, f"安溪县{office}{when:%Y年%m月%d日}发布,项目编号E3505240{dice.randint(0, 99999999):08d},")
        told.insert(
            3, f"安政办〔{when:%Y}〕{dice.randint(1, 300)}号文件要求,金额{money}元,用地{dice.randint(1, 400)}亩。"
        )
        told += [f"经查,{word}情况另行通报。" for word, where in rare.items() if n in where]
        body = "".join(told)
        yield Notice(n + 1, title, body, code, f"a{offices.index(office):02d}", f"t{towns.index(town):02d}", when)
