"""Words of plain speech that claim nothing: a language model may use them though they stand in no fact."""

__all__ = ["CLAIMS_HAN", "PLAIN_ENGLISH", "PLAIN_HAN"]

_ENGLISH = """
about above acceptable across add adds adulthood advise afraid after afterwards again against age aimed all alone along also although among and
animal annoying another answer any anyone anyone's anything anyway apart appliances are aren't arm armchair around ask asked available awake away
back bad bag because beds been before begin being besides better between big bigger bit board boat body booking boot boots both bothers bottle
breakfast bring brings budget building built but buy buying call came can can't car care careful carries carry carrying cart case cases catch caves
chairs change charge charges chat cheap cheaper cheapest check child child's children choice choices choose city close closest colleague color
colour come comes control cook cooking cope copes corridor cost costing costs could counter counts course cover covers cut cycling daily dark data
dates day days dear dearer decide decided decides deeper degrees dehumidifiers den desk did didn't different disappear disc doctor does doesn't dog
don't done down draws dread drink drinks dropped drumming each ears easier easy eat either else elsewhere embassy ends enjoy enough especially
essays even evenings every everybody everyday everything exact expect explain extra facts fair family fans far feel feet fetch few figure film films
find fine first fit fits fitting five flavour flies floor fly folder follow follows food for forecast four from furnishing furniture further game
gap garden get gets getting give given gives glad gladly go goes going gone good got graded grandchildren ground group guess guessing had hair half
hand handier hands happen happened happens happy hardly has have haven't he'd hear heavier heavy hedge height hello help helps here here's hide
hiding high higher hike his hold holds home hope hotel hours house how hurt husband i'd i'll i'm i've idea inches inside instead into isn't it's
item items its itself job join judge just keep keeps kept kilo kind kitchen know labels lack lacks landing laptop large larger last later laundry
lean least leave leaves lecture left length less let lets lie lies lift lifts light lighter like likes limit line listening listing little live
local long longer longest look looking looks lot low lower lowest luck luggage made main make makes manages many marked mats matter matters may mean
meant meantime measure measurements mentioned mere might mind mine minus minutes missing mistake model models moment money mood more morning
mornings mostly mountains move moving much myself name named narrow nasty nearly need needn't needs neither neutral never new next nice night nights
nobody none nor not nothing now nowhere nuisance number occasion off often old oldest once one only onto opens option options order ordered orders
other others otherwise ouch our out outside over overspend own pack packet packs page pair part pass passing past paths pavements pay peace
pedalling people per person pets phone photo photos pick picture pictures piece place plain plan plant play playing please pleasure plenty plus
pocket point poison poor portions possible pour prefer present press price priced pride product products program promise proper puddle pull pulls
put question questions quite rain rated rather reaches read reading really record records repeat ride right ring road room roped roughly round rug
rules run runs sadly said same save saves saving say says second see seems seen sees sell send sense sent serves set shall shame shape share she'd
shoes shop short shorter should shouldn't show shown side sight similar simple simply since single sit sits six size skin skip sleep slightly small
smaller smallest some somebody something something's somewhere soon sorry sort space spam spares spend spending standing stands start states stay
stays step steps stick still stock stomach stool stop story straight street stricter suit suits summer's summers sunny sure system table tablet take
takes tales teeth tell tempts than that that'd that's the their them then theory there there's these they'll they're thing things think third this
those though three through throw throws time toast today together too total town trade train trimmer trip trips trouble try turned turns twenty
twice two type unclear under understood unless until upwards use used using usually version very vet wait wake walk walking walks wall want wants
was washers watch watering way we'd we've weather week weigh weighing weighs weight welcome well went were what whatever when whenever where whether
which while who who'll whoever whole whose why width will win wind wins wise with within without won't work working works worries worry worth would
wouldn't write writing contains contain includes include offers offer suitable meets meet hasn't couldn't mustn't must him her hers adults ages
basket depends information wish we're we'll sounds love temperature thanks welcome talk usable already able avoid someone lovely true hers enter filled product type written wrong year yes you you'd you'll you're you've your yourself yuan
"""
_HAN = """
一路平安 动来动去 真对不起 绰绰有余 聊天记录 航空公司 选云栖湾 随口答应 需要的话 一会儿 一整天 一辈子 一部分 下结论 下雨天 不介意 也可以 人多选 代对路 休闲鞋
做不来 刚出生 副耳机 发没发 只想备 吃不上 吃得完 吃得开 吹风机 告诉您 地铁站 坐得久 天冷有 天热别 太满会 头一回 好日子 对不起 小提琴 差一点 差不多 帮不上
帮不了 当小窝 往上提 怎么样 怕麻烦 慢慢来 或个护 打包票 折起来 拆下来 拿不准 拿主意 按规定 提不起 支装能 改不了 放就行 新家要 是因为 最多能 最让人 有北窗
有宁禾 有沐里 有没有 有疾轮 毛孩子 没人管 没关系 没白练 洗发水 洗护要 添床品 灯贵些 烫染后 用得上 电钢琴 画导图 皮肤科 省点力 看耳形 睡一觉 穿不下 第一款
第二款 第几个 等不及 算进去 缺什么 老人家 背包带 补一觉 装不进 要费些 订单号 记笔记 购物车 赶时间 超预算 踩化雪 还可以 这三家 这两点 这会儿 选云格 选听潮
选墨厨 选意餐 选林麓 选澄露 选窑里 选轻居 选轻羽 选铁生 选鱼生 降下来 预算内 马上转 一下 一个 一些 一件 一包 一千 一双 一句 一只 一台 一号 一圈 一块 一声
一壶 一家 一局 一把 一换 一支 一放 一是 一晚 一本 一条 一样 一次 一款 一步 一段 一点 一百 一盒 一眼 一种 一篇 一米 一类 一罐 一般 一袋 一起 一趟 一遍
一锅 一间 一项 三十 三千 三台 三套 三条 三款 三百 三种 三角 上下 上学 上班 上限 下会 下单 下次 下酒 下锅 下雨 不了 不亏 不会 不准 不到 不卖 不压 不够
不好 不如 不小 不少 不带 不怕 不想 不敢 不是 不用 不租 不算 不能 不行 不要 不该 不起 不过 不错 不靠 东西 两个 两件 两副 两双 两只 两块 两家 两张 两把
两支 两束 两条 两样 两款 两瓶 两百 两种 两边 个子 个数 主要 举会 举着 久留 之前 乐器 习惯 书上 书有 书里 买前 乱报 乱猜 乱讲 乱说 乳带 乳标 二是 五百
交给 人均 人多 人数 人有 什么 今天 今晚 代不 代写 代收 以内 以及 以后 仰着 价位 价格 价钱 估计 但是 但要 位子 低处 住宿 体重 作文 便宜 值班 倾向 偏向
偏爱 做到 做好 做点 偶尔 元低 元有 元留 元算 元起 先别 先备 先看 先装 先试 先问 克是 克有 全是 全给 八个 六百 关掉 其中 具体 兽医 内容 再来 再聊 再见
再说 再选 再重 写字 写明 冬天 冲着 几个 几位 几双 几天 几年 几张 几样 几款 几片 出事 出去 出门 分开 分量 刚上 刚够 刚好 刚才 判断 别家 别放 别的 别选
到手 前者 前面 剩下 力气 办公 功能 加上 加水 加进 动手 包装 包里 医生 医院 升偏 单买 单价 单层 单次 单独 占点 厂家 历史 厉害 压坏 压根 厨房 去关 去量
双已 双鞋 发到 发给 发货 取用 口红 另外 另装 只住 只到 只卖 只图 只是 只有 只能 只要 只限 叫位 可以 可得 可惜 可看 可能 可选 台阶 吃顿 吃食 吃饭 吃饱
合得 合适 吉他 同事 同时 同样 同类 名字 后来 后者 后面 吐司 向导 含量 听得 听歌 告诉 呛着 周末 味道 咱们 哪个 哪件 哪儿 哪口 哪家 哪样 哪款 哪边 售价
喜欢 喝奶 器带 器有 器装 四千 回头 回来 回答 回见 回话 因为 囤货 固定 图书 在家 在意 地带 地方 地面 城里 声音 处理 外套 多些 多写 多大 多少 夜里 够用
大些 大人 大型 大小 大概 大点 大约 天一 天亮 天单 天热 太冷 太阳 头上 女士 好分 好处 好用 好端 如果 妈妈 嫌热 字能 季节 学套 学样 孩子 它用 宝宝 宝有
宝胜 实惠 客厅 客服 客气 室友 家人 家具 家用 家里 容量 宽裕 对方 小些 小厨 小孩 小菜 小说 少个 少些 少片 就是 就行 就要 尺寸 尺码 屋里 屏幕 展开 山里
左右 差别 已经 帐篷 带上 带有 带狗 带着 帮忙 帮着 常有 平常 平时 平板 年纪 年龄 并且 应该 店家 店里 开会 开心 开车 当下 当地 彩妆 往板 待客 徒步 得到
得手 得练 得配 心疼 心里 必须 忌口 快去 怎么 急人 性别 总带 恐怕 恐龙 恭喜 恼火 您好 您看 情况 想省 想要 想长 慢慢 慢走 懒得 我们 我会 我动 我来 我照
我缺 我能 或者 房号 房带 房是 所以 手上 手写 手慢 手机 打听 扔进 扫兴 批号 批注 找个 找件 找款 抓板 护肤 报个 报价 报告 抱歉 拆开 拉久 拉开 拉线 拍娃
拍照 拖线 拿来 拿雾 按后 按着 挑点 换个 换成 换来 接着 接近 推小 推理 推荐 提醒 揪心 摘表 撬饼 操场 支是 支有 收到 收进 改得 攻略 放在 放宽 放开 放得
放心 放进 故事 故障 数值 数多 数据 文具 文字 方便 方面 日子 日常 时候 时能 时间 明白 晚上 晴天 暂时 更合 更窄 更长 最低 最大 最好 最小 最想 最有 最近
最重 最高 月亮 有事 有些 有产 有人 有坡 有奶 有时 有点 有空 有米 有货 本书 本带 本是 本有 本来 本能 本贵 机器 机有 机能 条件 条带 来办 来答 来说 杯能
枕高 架带 查到 标价 标着 样子 核实 核对 格带 桌上 档用 椅带 欢迎 正好 正常 正是 母亲 每支 比较 毛处 毛病 水壶 没写 没包 没卖 没有 没法 没记 没超 泡茶
注意 洗手 洗护 海边 添件 添灯 添点 清楚 清洗 清闲 满意 满足 火源 灯带 灯是 灯贵 点心 烙厚 烤肉 烧水 热闹 照片 煲汤 爱喝 片数 片片 片能 片要 牙刷 物业
物件 物流 独立 猫咪 猫重 玩具 玩头 玩得 现价 现在 现货 珍是 生气 用到 用够 用惯 用点 用药 用选 电器 电用 电脑 电话 电量 男士 留意 留着 留神 疼得 登记
白天 白色 的话 盒子 盒里 盖能 目前 直接 相比 相近 省事 省些 省点 省钱 看些 看出 看到 看卡 看点 看片 看看 看着 看见 看过 看锅 看长 真人 真够 真想 真是
眼下 着急 着重 睡得 瞎报 瞎猜 知识 知道 码数 码要 砂图 砂能 确实 确认 碟片 磨豆 社区 祝您 程序 稍微 穿点 窗口 窝火 笔送 符合 答应 箱带 粮油 精简 红色
线路 结果 结算 缺油 缺笔 缺米 罩杯 翻翻 翻过 考虑 而且 耳朵 耳机 耽误 聊天 聊过 肌能 背着 能住 能带 能折 能换 能接 能收 能放 能调 能转 脸上 自备 自己
自带 至于 花得 花费 范围 茶叶 草稿 蒸完 螺丝 补上 袋加 装备 装带 装得 裙带 要是 要求 要订 要量 规定 觉得 角落 解决 订位 订前 订单 订餐 记录 记得 讲错
试试 试错 说错 请发 请量 请问 负责 货由 费劲 费点 资料 走到 走走 走路 起来 起身 跑步 跟进 路上 路子 身上 身边 身高 转给 轻重 辛苦 边上 过去 过来 运动
还是 还有 还降 这个 这么 这些 这儿 这双 这台 这张 这是 这本 这条 这款 这点 这种 这边 这里 进去 进小 进站 进货 连接 追剧 送人 送到 适合 适应 选声 选它
选有 选点 选能 选雾 通勤 逛街 那个 那些 那双 那台 那张 那本 那款 那选 邮差 都行 配件 酒店 采得 里头 里数 里面 重讲 重说 钥匙 铲子 锅用 锅能 键盘 长处
长辈 门店 问清 问问 问题 降到 降得 限价 随便 随意 随时 难得 难说 雨天 零头 零食 需要 露着 露营 面霜 鞋会 音箱 顶部 顾到 预算 颜色 飞机 餐厅 馅饼 馆子
馆带 首选 马上 骑行 骨用 高些 高低 高度 高矮 鸟类 麻烦 鼓是 鼓选 上 下 不 与 也 书 买 了 事 些 人 从 他 价 会 但 低 住 你 倒 候 偏 做 元 先 再
写 分 切 别 到 前 剩 单 占 去 又 发 另 只 叫 台 吃 合 后 吗 吧 呢 和 哪 啊 图 在 坐 块 多 够 大 太 好 嫌 它 完 宽 对 小 少 就 屏 带 帮
很 得 怕 您 想 我 或 戴 才 打 找 把 抱 拖 拧 拿 按 挑 挪 挺 换 接 推 搬 收 是 更 替 最 有 来 查 样 款 比 沉 没 点 爱 猜 猫 玩 用 略 的
省 看 眯 着 睡 短 种 稍 穿 等 给 聊 能 行 要 让 记 话 说 请 谁 贵 起 跟 蹿 转 轻 过 还 这 进 选 那 都 配 里 重 量 钱 锯 长 问 限 靠 饿
高 助手 非常 光临 继续 相关 服务 感觉 惠顾 确实忙 准备 乐意 高兴 加入 已经加入 尽快 办法 难受 难过 牌子 建议 设计 意思 关心 愉快 周末愉快 提供 确定 答复 回复 为什么 一直 光顾 充电 除外 却 真 明确 避开 类型 显示 支持 商品 全部 谢谢 夸奖 休息 搬动 搭把手 老是 总是 之类 种类 分别 一共 同款 看中 合用 相差 两者 另一 要么 要紧 重要 记下 帮您 为您 给您 稍等 马上 这就 放心
"""
_CLAIMS = """
不变形 不掉色 不生锈 不起球 亲肤 低脂 便携 保修 保暖 保湿 修复 做工 停药 免烫 减震 制冷 加厚 加热 加绒 厚实 原装 去屑 夜视 天然 好洗 安全 安静 实木 小巧
弹力 快充 性价比 手工 手洗 抗皱 抗菌 护眼 挡风 无害 无毒 无糖 无线 易洗 智能 有效 有机 机洗 杀菌 柔软 正品 水洗 治三高 治好 治疗 清脆 环保 甲醛 画质
省电 真皮 磁吸 稳固 精准 纯棉 结实 绝缘 缓震 美白 耐用 耐磨 耐脏 舒服 舒适 蓝牙 调光 调温 质保 过敏 进口 透气 防尘 防摔 防晒 防水 防滑 防蓝光 防雨 阻燃
降噪 除菌 零添加 静音 音质 高清 高端 高级
"""
PLAIN_ENGLISH = frozenset(_ENGLISH.split())
PLAIN_HAN = tuple(sorted(_HAN.split(), key=len, reverse=True))
CLAIMS_HAN = tuple(_CLAIMS.split())
"""Words of a quality or a part: said only where a fact or the customer says them."""
