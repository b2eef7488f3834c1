"""``/v1/me/keys``: a partner's own keys."""

import base64

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.me.bodies import KeyRestricted, KeyRotated
from api.me.schemas import Key, KeysAnswer, NewKey, RestrictedKey
from api.own.affairs import actor_of, affairs_of, partner_of, told
from api.own.moments import with_moments
from runtime.deployment_secret import read_secret, request_secret
from runtime.errors import UserError
from runtime.ledger.keys import ApiKey, list_keys, restrict_key, revoke_key, rotate_key

router = APIRouter(tags=["own affairs"])


@router.get("/v1/me/keys", response_model=KeysAnswer, summary="Keys")
async def get_keys(request: Request) -> Response:
    """The partner's keys by id, dead ones too: when each was made, last used, ends. No key's text is kept."""
    partner = partner_of(request)
    keys = await affairs_of(request).ask(lambda session: list_keys(session, partner.partner_id))
    return told({"keys": [_fields(key) for key in keys], "this_key": partner.key_id})


def _fields(key: ApiKey) -> dict[str, object]:
    return with_moments(msgspec.to_builtins(key))


@router.post("/v1/me/keys/rotate", response_model=NewKey, summary="Change the key without a gap")
async def rotate(request: Request, body: KeyRotated) -> Response:
    """A second key, shown this once; the older one lapses after the overlap. Two keys can be live at a time."""
    partner = partner_of(request)
    overlap_s = int(body.overlap_hours * 3600)
    key = await affairs_of(request).change(
        partner.partner_id,
        lambda session: rotate_key(session, partner.partner_id, overlap_s=overlap_s, actor=actor_of(partner)),
    )
    return told({"id": key.id, "key": key.text, "older_lapses_in_s": overlap_s}, 201)


@router.patch(
    "/v1/me/keys/{key_id}", response_model=RestrictedKey, summary="Limit a key to networks, or to signed requests"
)
async def restrict(request: Request, key_id: str, body: KeyRestricted) -> Response:
    """Say from where a key may be used, and whether its requests must be signed; the signing secret is then told."""
    partner = partner_of(request)
    affairs = affairs_of(request)
    key = await affairs.change(
        partner.partner_id,
        lambda session: restrict_key(
            session,
            key_id,
            networks=body.networks,
            signed=body.signed,
            partner_id=partner.partner_id,
            actor=actor_of(partner),
        ),
    )
    fields = _fields(key)
    if body.signed:
        secret = request_secret(read_secret(affairs.settings), key_id)
        fields["signing_secret"] = base64.b64encode(secret).decode()
    return told(fields)


@router.delete("/v1/me/keys/{key_id}", response_model=Key, summary="End a key")
async def revoke(request: Request, key_id: str) -> Response:
    """End a key now, on every replica within a second; the one that asks can end itself."""
    partner = partner_of(request)

    async def end(session: AsyncSession) -> ApiKey:
        if key_id not in {key.id for key in await list_keys(session, partner.partner_id)}:
            raise UserError(f"there is no key {key_id}")
        return await revoke_key(session, key_id, actor=actor_of(partner))

    return told(_fields(await affairs_of(request).change(partner.partner_id, end)))
