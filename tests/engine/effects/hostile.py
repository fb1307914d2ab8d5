"""Addresses that someone may try: which must never be dialled, and which must stay reachable."""
# ruff: noqa: SIM905 — as lists of texts these would be five hundred lines.

# One first and last address of each closed range.
CLOSED_IPV4 = """
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.100.100.200
100.127.255.255 127.0.0.0 127.0.0.1 127.255.255.255 168.63.129.16 169.254.0.0 169.254.169.254
169.254.170.2 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.192 192.0.0.255
192.0.2.0 192.0.2.255 192.31.196.1 192.52.193.1 192.88.99.0 192.88.99.1 192.88.99.255 192.168.0.0
192.168.1.1 192.168.255.255 192.175.48.1 198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255
203.0.113.0 203.0.113.255 224.0.0.0 224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.254
255.255.255.255
""".split()

# Their neighbours on the other side of the fence.
OPEN_IPV4 = """
1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.0 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0
191.255.255.255 192.0.1.0 192.0.1.255 192.0.3.0 192.88.98.255 192.88.100.0 192.167.255.255
192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0
223.255.255.255
""".split()

CLOSED_IPV6 = """
:: ::1 ::2 ::127.0.0.1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 ::ffff:0:7f00:1 0:0:0:0:0:ffff:7f00:1
0000:0000:0000:0000:0000:0000:0000:0001 64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::8.8.8.8
64:ff9b:1::7f00:1 64:ff9b:1:ffff:ffff:ffff:ffff:ffff 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::
2001:0:53aa:64c:0:3ffe:80ff:fffe 2001:1::1 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1
2001:2f:ffff::1 2001:30::1 2001:1ff:ffff::1 2001:db8::1 2001:db8:ffff::1 2002:7f00:1::
2002:7f00:1::1 2002:a9fe:a9fe::1 2002:a00:1:: 2002:c0a8:101::1 2620:4f:8000::1 3fff::1
3fff:fff:ffff::1 4000::1 5f00::1 6000::1 8000::1 a000::1 c000::1 e000::1 f000::1 fc00::1 fd00::1
fd00:ec2::254 fdff:ffff::1 fe80::1 fe80::5efe:7f00:1 febf::1 fec0::1 feff::1 ff00::1 ff01::1
ff02::1 ff05::1:3 ff0e::1 2a00::5efe:7f00:1 2a00::200:5efe:7f00:1 2606:4700::5efe:a00:1
1fff:ffff::1
""".split()

OPEN_IPV6 = """
2001:200::1 2001:4860:4860::8888 2001:db7:ffff::1 2001:db9::1 2003::1 2606:4700:4700::1111
2620:4f:7fff::1 2620:4f:8001::1 2a00:1450:4001:829::200e 2a00::5eff:7f00:1 3ffe:ffff::1 2400::1
""".split()

# Numbers that some resolvers read as 127.0.0.1, 169.254.169.254 or 8.8.8.8.
ODD_NUMBERS = """
2130706433 3232235777 017700000001 0177.0.0.1 0177.0.0.01 0x7f.0.0.1 0x7f000001 0x7f.1 0X7F.0.0.1
0x7F000001 127.1 127.0.1 127.0.0.01 127.0.0.001 127.00.0.1 0127.0.0.1 00127.0.0.1 1.1 1.1.1 0 1 00
0x0 0x 256.0.0.1 127.0.0.256 127.0.0.1.1 127.0.0.1.example.1 999.999.999.999 4294967295 4294967296
2852039166 0xa9fea9fe 0251.0376.0251.0376 0251.254.169.254 169.254.43518 8.8 0x08080808 010.8.8.8
1e3 127.0.0.1e0.0 ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127．0．0．1 127｡0｡0｡1 ٠٠١.0.0.1 𝟏𝟐𝟕.𝟎.𝟎.𝟏
8｡8｡8｡8 ⑧.⑧.⑧.⑧ ０x7f.1 127.0.0.1。 example.0x7f example.127
""".split()

SPECIAL_NAMES = """
localhost LOCALHOST localhost. localhost.. a.localhost x.y.localhost localhost.localdomain
ip6-localhost metadata instance-data metadata.google.internal metadata.goog.internal
kubernetes.default.svc.cluster.local kubernetes router.lan nas.home box.home.arpa
intranet host.docker.internal gateway.docker.internal docker printer.local x.intranet mail.corp
1.0.0.127.in-addr.arpa ip6.arpa something.onion x.invalid wpad a com internal local
ｌｏｃａｌｈｏｓｔ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ loc­alhost x.ʟᴏᴄᴀʟ.local
""".split()

BROKEN_NAMES = """
-a.example.com a-.example.com .example.com example..com example.com.. a_.-b.com ex*mple.com
*.example.com exa,mple.com exa;mple.com ex!mple.com ex$mple.com ex&mple.com ex'mple.com ex(m)ple.com
ex+mple.com ex=mple.com ex~mple.com ex|mple.com ex^mple.com ex{m}ple.com ex<m>ple.com ex"mple.com
ex`mple.com %65xample.com example%2ecom 127.0.0.1%2f.example.com 127.0.0.1%00.example.com %6c%6f.com
xn--a.example.com xn--.com xn--0.com xn--\x65\x78.com a‥b.com faß☃..com ex℀mple.com example.com℀
ex／ample.com example．com／x exa＠mple.com exa：mple.com exa？mple.com exa＃mple.com
""".split()
BROKEN_NAMES += ["a" * 64 + ".example.com", ".".join(["a" * 60] * 5) + ".com", "."]

ODD_CHARACTERS = [
    "http://127.0.0.1\x00.example.com/",
    "http://example.com\x00@127.0.0.1/",
    "http://exam\tple.com/",
    "http://exam\nple.com/",
    "http://exam\rple.com/",
    "http://example.com/\r\nHost: evil.test",
    "http://example.com/a b",
    "http://example.com/\x7f",
    "http://example.com/\x85",
    "http://example.com/\u00a0",
    "http://example.com/\u2028",
    "http://example.com/\u2029",
    "http://example.com/\ufeff",
    "\ufeffhttp://example.com/",
    "http://example.com/\ud800",
    "http://\ud800.example.com/",
    "http://example.com/\u202egnp.exe",
    "http://exam\u200bple.com/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com\\.evil.test/",
    "http:\\\\example.com\\",
    "http:/\\example.com/",
    " http://example.com/",
    "http://example.com/ ",
    "\thttp://example.com/",
    "http ://example.com/",
    "http://example.com:80 /",
    "http:// example.com/",
]

CONFUSING = [
    "http://user@example.com/",
    "http://user:pass@example.com/",
    "http://@example.com/",
    "http://:@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1@example.com/",
    "http://example.com:80@127.0.0.1/",
    "http://example.com%40127.0.0.1/",
    "http://example.com:@127.0.0.1/",
    "http://a@b@example.com/",
    "http://[::1]@example.com/",
    "http://example.com:80:80/",
    "http://127.0.0.1:80:example.com/",
    "http://example.com#@127.0.0.1:22/".replace("#", ":"),
    "http:///example.com/",
    "http:////example.com/",
    "http:example.com/",
    "http:/example.com/",
    "//example.com/",
    "/path",
    "example.com",
    "example.com:443/path",
    "",
    "http://",
    "https://",
    "http:///",
    "http://?",
    "http://#",
    "http://:80/",
    "http://./",
    "http://../",
    "http://[]/",
    "http://[/",
    "http://]/",
    "http://[::1/",
    "http://::1/",
    "http://::1]/",
    "http://[::1]x/",
    "http://[::1].example.com/",
    "http://[example.com]/",
    "http://[127.0.0.1]/",
    "http://[v1.x]/",
    "http://[::1%25lo]/",
    "http://[fe80::1%eth0]/",
    "http://[::1%25eth0]:80/",
    "http://[2606:4700::1111%2525]/",
    "http://[:::1]/",
    "http://[1::2::3]/",
    "http://[12345::1]/",
    "http://[::256.0.0.1]/",
    "http://[::ffff:0177.0.0.1]/",
    "http://x[::1]/",
    "http://[[::1]]/",
]

SCHEMES = """
ftp://example.com/ file:///etc/passwd file://example.com/x gopher://example.com/ dict://example.com/
ldap://example.com/ ws://example.com/ wss://example.com/ data:text/plain,x javascript:alert(1)
about:blank blob:http://example.com/x jar:http://example.com!/ unix:///var/run/docker.sock
http+unix://%2Fvar%2Frun%2Fdocker.sock/x ssh://example.com/ tftp://example.com/ smb://example.com/x
view-source:http://example.com httpx://example.com/ https+insecure://example.com/ 1http://example.com/
ſcheme://example.com/ hTTp+x://example.com/ feed:http://example.com/
""".split()

CLOSED_PORTS = """
0 1 21 22 23 25 53 79 81 110 111 135 139 143 389 444 445 465 587 993 1433 2049 2375 2376 3000 3306
5000 5432 5984 6379 6443 8000 8081 8444 8500 9000 9090 9200 10250 11211 15672 27017 50070 65535
65536 65616 99999 100000 0443 00000443 -80 +80 80.0 0x50 1e2 ４４３ ٨٠ ８０ abc 80a a80
""".split()

CLOSED_URLS = [
    *(f"http://{address}/" for address in CLOSED_IPV4),
    *(f"https://{address}:8443/x?y" for address in CLOSED_IPV4[::4]),
    *(f"http://{address}./" for address in CLOSED_IPV4[::6]),
    *(f"http://[{address}]/" for address in CLOSED_IPV6),
    *(f"http://{number}/" for number in ODD_NUMBERS),
    *(f"https://{name}/" for name in SPECIAL_NAMES),
    *(f"https://{name}/" for name in BROKEN_NAMES),
    *ODD_CHARACTERS,
    *CONFUSING,
    *SCHEMES,
    *(f"http://example.com:{port}/" for port in CLOSED_PORTS if port != "0443"),
    "http://example.com:/",
    "https://[2606:4700::1111]:/",
    "https://console.example.com/",
    "https://CONSOLE.example.com./",
]

# The address, and what a reader of the wire should find: host asked for, port, path.
OPEN_URLS = [
    ("https://example.com", "example.com", 443, "/"),
    ("http://example.com/", "example.com", 80, "/"),
    ("HTTPS://EXAMPLE.com/A", "example.com", 443, "/A"),
    ("https://example.com./", "example.com", 443, "/"),
    ("https://example.com:443/", "example.com", 443, "/"),
    ("http://example.com:8080/", "example.com", 8080, "/"),
    ("https://example.com:8443/", "example.com", 8443, "/"),
    ("https://example.com:80/", "example.com", 80, "/"),
    ("https://example.com?x=1", "example.com", 443, "/?x=1"),
    ("https://example.com/#part", "example.com", 443, "/"),
    ("https://example.com#@127.0.0.1/", "example.com", 443, "/"),
    ("https://example.com/@127.0.0.1", "example.com", 443, "/@127.0.0.1"),
    ("https://example.com/?u=http://127.0.0.1/", "example.com", 443, "/?u=http://127.0.0.1/"),
    ("https://example.com/a%20b%2Fc", "example.com", 443, "/a%20b%2Fc"),
    ("https://example.com/../x", "example.com", 443, "/../x"),
    ("https://example.com/ø?q=é", "example.com", 443, "/%C3%B8?q=%C3%A9"),
    ('https://example.com/"<>^`{|}', "example.com", 443, "/%22%3C%3E%5E%60%7B%7C%7D"),
    ("https://a_b.example.com/", "a_b.example.com", 443, "/"),
    ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
    ("https://bücher.example/", "xn--bcher-kva.example", 443, "/"),
    ("https://BÜCHER.example/", "xn--bcher-kva.example", 443, "/"),
    ("https://日本語.example/", "xn--wgv71a119e.example", 443, "/"),
    ("https://1password.example/", "1password.example", 443, "/"),
    ("https://127.0.0.1.example/", "127.0.0.1.example", 443, "/"),
    ("https://0x7f.example/", "0x7f.example", 443, "/"),
    ("https://localhost.example/", "localhost.example", 443, "/"),
    ("https://notlocal.example/", "notlocal.example", 443, "/"),
]
