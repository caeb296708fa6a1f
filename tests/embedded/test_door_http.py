"""The door speaks ClickHouse's HTTP interface to whoever sends plain requests, as BI tools do."""

import gzip
import json
import zlib

import cramjam
import lz4.frame
import pytest

ONE_TO_THREE = "SELECT number + 1 AS n, toString(n) AS s FROM numbers(3)"


@pytest.fixture
def table(http, request):
    name = f"t{abs(hash(request.node.nodeid))}"
    http.post("/", content=f"CREATE TABLE {name} (a UInt64, b String) ENGINE = MergeTree ORDER BY a")
    yield name
    http.post("/", content=f"DROP TABLE {name} SYNC")


def rows(http, table):
    return http.get("/", params={"query": f"SELECT a, b FROM {table} ORDER BY a"}).text


def test_it_answers_the_questions_of_health_checks(http):
    for path in ("/", "/ping", "/replicas_status"):
        assert http.get(path).text == "Ok.\n"


def test_a_query_in_the_address_answers_tab_separated(http):
    answer = http.get("/", params={"query": ONE_TO_THREE})
    assert answer.text == "1\t1\n2\t2\n3\t3\n"
    assert answer.headers["X-ClickHouse-Format"] == "TabSeparated"
    assert answer.headers["Content-Type"].startswith("text/tab-separated-values")
    assert answer.headers["X-ClickHouse-Timezone"] == "UTC"
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["read_rows"] == "3"


def test_a_format_clause_wins_over_the_default_format(http):
    by_clause = http.post("/?default_format=CSV", content=f"{ONE_TO_THREE} FORMAT JSON").json()
    assert by_clause["data"][0] == {"n": 1, "s": "1"}
    assert by_clause["meta"][1] == {"name": "s", "type": "String"}
    assert http.post("/?default_format=CSV", content=ONE_TO_THREE).text == '1,"1"\n2,"2"\n3,"3"\n'
    by_header = http.post("/", content=ONE_TO_THREE, headers={"X-ClickHouse-Format": "JSONEachRow"})
    assert [json.loads(line)["n"] for line in by_header.text.splitlines()] == [1, 2, 3]


def test_a_word_that_is_called_format_is_no_format_clause(http):
    answer = http.post("/", content="SELECT 'x' AS format, length(format) FROM numbers(1) -- FORMAT JSON")
    assert answer.text == "x\t1\n"


def test_parameters_and_settings_come_in_the_address(http):
    question = "SELECT {x:UInt8} + 1, value FROM system.settings WHERE name = 'max_threads'"
    answer = http.get("/", params={"query": question, "param_x": "41", "max_threads": "3"})
    assert answer.text == "42\t3\n"


def test_parameters_may_come_as_a_form(http):
    form = {"query": (None, "SELECT {x:String}"), "param_x": (None, "caffè")}
    assert http.post("/", files=form).text == "caffè\n"


def test_a_query_in_the_address_takes_its_data_from_the_body(http, table):
    http.post("/", params={"query": f"INSERT INTO {table} FORMAT CSV"}, content="1,one\n2,two\n")
    http.post("/", params={"query": f"INSERT INTO {table} VALUES"}, content="(3, 'three')")
    body = b"".join(b'{"a": %d, "b": "x"}\n' % number for number in (4, 5))
    answer = http.post("/", params={"query": f"INSERT INTO {table} FORMAT JSONEachRow"}, content=body)
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["written_rows"] == "2"
    assert rows(http, table) == "1\tone\n2\ttwo\n3\tthree\n4\tx\n5\tx\n"


def test_statement_and_data_may_share_the_body(http, table):
    http.post("/", content=f"INSERT INTO {table} (b, a) FORMAT TSV\none\t1\ntwo\t2\n")
    http.post("/", content=f"INSERT INTO {table} VALUES (3, 'FORMAT CSV'), (4, 'one; two')")
    http.post("/", content=f"INSERT INTO {table} SELECT a + 10, b FROM {table} WHERE a = 1")
    http.post("/", params={"param_n": "20"}, content=f"INSERT INTO {table} VALUES ({{n:UInt64}}, 'bound')")
    assert rows(http, table) == "1\tone\n2\ttwo\n3\tFORMAT CSV\n4\tone; two\n11\tone\n20\tbound\n"


PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "lz4": lz4.frame.compress,
    "zstd": lambda data: bytes(cramjam.zstd.compress(data)),
}


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_packed_body_of_several_frames_is_unpacked_whole(http, table, encoding):
    pack = PACKERS[encoding]
    body = pack(b"1,one\n") + pack(b"2,two\n")
    query = {"query": f"INSERT INTO {table} FORMAT CSV"}
    assert http.post("/", params=query, content=body, headers={"Content-Encoding": encoding}).is_success
    assert rows(http, table) == "1\tone\n2\ttwo\n"


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_torn_packed_body_is_refused_whole(http, table, encoding):
    body = PACKERS[encoding](b"1,one\n" * 1000)[:-5]
    query = {"query": f"INSERT INTO {table} FORMAT CSV"}
    answer = http.post("/", params=query, content=body, headers={"Content-Encoding": encoding})
    assert answer.status_code == 400
    assert answer.headers["X-ClickHouse-Exception-Code"] == "271"
    assert rows(http, table) == ""


@pytest.mark.parametrize("encoding", [*PACKERS, "br", "identity"])
def test_answers_are_packed_only_where_both_sides_want_it(http, encoding):
    query = {"query": "SELECT number FROM numbers(10000)", "enable_http_compression": "1"}
    with http.stream("GET", "/", params=query, headers={"Accept-Encoding": encoding}) as answer:
        packed = b"".join(answer.iter_raw())
    wanted = None if encoding in {"br", "identity"} else encoding
    assert answer.headers.get("Content-Encoding") == wanted
    assert (len(packed) < 40_000) == (wanted is not None)
    del query["enable_http_compression"]
    plain = http.get("/", params=query, headers={"Accept-Encoding": encoding})
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("SELECT * FROM nothing_here", 404, "60"),
        ("SELECT no_such_column", 404, "47"),
        ("SELEC 1", 400, "62"),
        ("SELECT 1; SELECT 2", 400, "62"),
        ("", 400, "62"),
        ("SELECT {x:UInt8}", 400, "456"),
        ("SELECT throwIf(1)", 500, "395"),
        ("CREATE USER somebody", 403, "497"),
    ],
)
def test_an_error_has_a_fitting_status_its_code_and_the_servers_words(http, query, status, code):
    answer = http.post("/", content=query)
    assert answer.status_code == status
    assert answer.headers["X-ClickHouse-Exception-Code"] == code
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")


def test_an_unknown_setting_is_refused(http):
    answer = http.get("/", params={"query": "SELECT 1", "no_such_setting": "1"})
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (404, "115")


def test_a_get_request_reads_and_changes_nothing(http):
    answer = http.get("/", params={"query": "CREATE TABLE made (a UInt8) ENGINE = MergeTree ORDER BY a"})
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "164")


def test_what_the_door_cannot_do_is_said(http):
    answer = http.post("/?compress=1", content="SELECT 1")
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (501, "48")


def test_names_and_passwords_are_taken_and_not_checked(http):
    assert http.post("/", content="SELECT 1", auth=("anybody", "anything")).text == "1\n"
    headers = {"X-ClickHouse-User": "anybody", "X-ClickHouse-Key": "anything"}
    assert http.post("/?user=x&password=y", content="SELECT 1", headers=headers).text == "1\n"


def test_the_callers_query_id_is_given_back(http):
    assert http.get("/?query=SELECT+1&query_id=mine").headers["X-ClickHouse-Query-Id"] == "mine"


def test_a_statement_without_rows_names_no_format(http, table):
    answer = http.post("/", content=f"ALTER TABLE {table} COMMENT COLUMN a 'a number'")
    assert answer.is_success
    assert "X-ClickHouse-Format" not in answer.headers


def test_an_answer_of_many_megabytes_arrives_whole(http):
    answer = http.get("/", params={"query": "SELECT number, repeat('x', 90) FROM numbers(300000)"})
    assert answer.text.count("\n") == 300_000
    assert len(answer.content) > 28_000_000
