"""Sentences of benchmarks.speech: numbers, dates, times, money, measures, names."""

ENGLISH = """
The train leaves at 7:30 am and arrives at 11:45 am.
She paid $5.20 for a coffee and $12.99 for lunch.
The company was founded on March 5, 2021.
About 1,250 people came to the concert on Saturday.
The temperature fell to -5°C last night.
Dr. Smith will see you at 3 pm on Tuesday.
Mount Everest is 8,849 meters high.
He was born in 1984 and moved to Boston in 2009.
Sales grew by 3.5% in the second quarter.
The bridge is 2.7 km long and 31 m wide.
We need 250 g of flour and 3 eggs.
Please call 555-123-4567 before 5 pm.
World War II ended in 1945.
The house was sold for $450,000 in 2018.
Turn to page 42 and read chapter 7.
The meeting was moved to 10:15 on the 3rd of July.
Mr. Johnson bought 12 apples and 6 oranges.
The car drives at 120 km/h on the highway.
Only 1/3 of the students passed the test.
The population of the city is 2.3 million.
The 21st century began on January 1, 2001.
Her office is in room 204 on the 2nd floor.
The ticket costs £15 for adults and £7.50 for children.
It was 98°F in the shade on August 14.
The team won 3-2 after extra time.
The movie lasts 2 hours and 15 minutes.
He ran 10 km in 48 minutes.
The museum is open from 9:00 to 17:00.
They ordered 500 chairs and 50 tables.
The loan has an interest rate of 4.25%.
Queen Elizabeth II died in 2022.
My flight number is 370 and it boards at 6:20 pm.
About 75% of the earth is covered with water.
The box weighs 3.5 kg.
In the 1990s, computers became common.
Anna is 5 years old and her brother is 8.
The recipe needs 2 1/2 cups of milk.
The budget for 2024 is $3.5 million.
Light travels at about 300,000 km per second.
The store is at 221 Baker Street in London.
He scored 28 points in 36 minutes.
They lived there from 1939 to 1945.
The phone has 16GB of memory and costs $799.
The exam takes place on 12/15/2023.
Nearly 40 percent of voters are under 35.
The marathon is 42.195 km long.
Prof. Miller teaches 3 classes on Monday.
The lake is 15 m deep and 4 km wide.
This wine was made in 1998.
We saved €20 on every ticket.
She has 1,000,000 followers on that site.
The first train leaves at 5:05 in the morning.
Water boils at 100°C and freezes at 0°C.
He owes me $100 and 50 cents.
There are 365 days in a year and 24 hours in a day.
The concert starts at 8 pm and ends at 10:30 pm.
Louis XIV was king of France for 72 years.
The library has more than 25,000 books.
The hotel is 500 m from the beach.
Please read pages 10 to 25 for Friday.
Captain Brown has 30 years of experience.
The price fell from $80 to $64.
He drinks 2 liters of water every day.
The war lasted 100 years.
The car uses 6 liters per 100 km.
On June 6, 1944, the landing began.
The stock rose 2.8% on Wednesday.
Our 10-year-old dog sleeps 14 hours a day.
The building has 45 floors and 6 elevators.
Her number is 020 7946 0958.
I will be back in 15 minutes.
The 100th visitor won $1,000.
Charles Darwin wrote it in 1859.
The tank holds 60 liters.
It takes 8 minutes to cook the eggs.
The rent is $1,450 a month.
Michael and Sarah were married on May 12, 2015.
The tower is 324 m tall.
There were 7 questions and 4 answers.
The program costs $9.99 per month.
The storm moved at 35 mph.
At 6:45 pm, the doors were closed.
He got 18 of the 20 questions right.
The river is 6,650 km long.
Mrs. Taylor has 3 sons and 1 daughter.
The engine has 150 horsepower and weighs 90 kg.
We met on the 4th of October 2012.
The next bus comes in 12 minutes.
The city was built in 1703 by Peter the Great.
The room is 20 °C in winter and 26 °C in summer.
About 60% of the money was spent.
Version 2.5 was released in November 2020.
He lifted 110 kg on his third try.
The fine is $250.
Apollo 11 landed on July 20, 1969.
The shop sells 45 kinds of cheese.
She was the 5th woman to win the prize.
The trip costs $2,300 for 2 people.
There are 52 weeks in a year.
The class has 17 girls and 14 boys.
"""
CHINESE = """
今天是2024年3月5日，星期二。
会议在下午2:30开始，大家不要迟到。
我花了12.5元买了3个苹果。
这座桥长2.7公里，宽31米。
他出生于1984年，现在住在北京。
公司的利润增长了3.5%。
昨天晚上气温降到了-5℃。
请拨打13812345678联系我们。
这本书一共有356页。
小明今年8岁，他的妹妹5岁。
火车早上7:15出发，11:40到达上海。
这套房子卖了450万元。
大约有1,250人参加了音乐会。
珠穆朗玛峰高8,849米。
第二次世界大战在1945年结束。
请翻到第42页。
李老师教3个班，一共120个学生。
汽车以每小时120公里的速度行驶。
只有1/3的学生通过了考试。
这个城市有230万人口。
我们的办公室在2楼204房间。
成人票60元，儿童票30元。
中国队以3:2获胜。
电影长2小时15分钟。
他用48分钟跑了10公里。
博物馆的开放时间是9:00到17:00。
他们订了500把椅子和50张桌子。
银行的利率是4.25%。
地球表面约71%是水。
这个箱子重3.5公斤。
20世纪90年代，电脑开始普及。
他买了2张票，花了160元。
2024年的预算是350万元。
光的速度是每秒30万公里。
王先生住在5号楼3单元。
他在36分钟里得了28分。
他们从1939年到1945年住在那里。
这部手机有16GB内存，售价5999元。
考试时间是12月15日上午9点。
马拉松全长42.195公里。
张教授星期一有3节课。
这个湖深15米，宽4公里。
我们每张票省了20元。
第一班车早上5:05开。
水在100℃沸腾，在0℃结冰。
一年有365天，一天有24小时。
音乐会晚上8点开始，10:30结束。
图书馆有25,000多本书。
酒店离海边500米。
他有30年的工作经验。
价格从80元降到了64元。
他每天喝2升水。
股票上涨了2.8%。
这座楼有45层，6部电梯。
我15分钟以后回来。
第100位顾客得到了1000元。
这个水箱能装60升水。
煮鸡蛋需要8分钟。
房租每个月1450元。
他们在2015年5月12日结婚。
这座塔高324米。
一共有7个问题和4个答案。
晚上6:45大门关闭。
20道题他答对了18道。
长江全长6,300公里。
刘女士有3个儿子和1个女儿。
下一班公交车12分钟以后到。
房间的温度是26℃。
大约60%的钱已经花完了。
新版本在2020年11月发布。
他举起了110公斤。
罚款250元。
商店里有45种奶酪。
这次旅行两个人要2300元。
一年有52个星期。
班里有17个女生和14个男生。
公元前221年，秦始皇统一了中国。
唐朝从618年到907年。
他的身高是1.75米，体重70公斤。
飞机在3月8日晚上9:20起飞。
这条路长5.6公里。
我们需要250克面粉和3个鸡蛋。
请在10天之内付款。
他第3次获得冠军。
手机尾号是5678。
会议室可以坐80人。
全国有14亿人。
超市打8折，省了36元。
他跑100米用了12秒。
这家公司成立于1998年。
周一到周五，上午9:00上班。
农历八月十五是中秋节。
我有2个哥哥和1个姐姐。
这次考试他得了98分。
飞机飞行高度是1万米。
请打110报警。
赵先生在2楼等您。
每人只能买2瓶水。
雨下了3天3夜。
他的房间号是1203。
"""
