from html import escape

import httpx
import pytest

from api.problems import ALL, Problem


@pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.slug)
async def test_a_problem_s_type_leads_to_a_page_that_says_how_to_mend_it(
    client: httpx.AsyncClient, problem: Problem
) -> None:
    page = await client.get(problem.type)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for said in (problem.title, problem.wrong, problem.mending):
        assert escape(said) in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_list_leads_to_every_page(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/problems")).text
    assert all(f'href="{problem.type}"' in listed for problem in ALL)


async def test_a_problem_that_there_is_not_is_not_found_and_its_name_is_no_markup(client: httpx.AsyncClient) -> None:
    answered = await client.get("/problems/%3Cscript%3E")
    assert (answered.status_code, answered.headers["content-type"]) == (404, "application/problem+json")
