"""Composition root of name lists and waivers, for the API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.blind_index import BlindIndex
from puhui.clock import ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from risk.adapters.dynamo_exceptions import DynamoWaivers
from risk.adapters.dynamo_lists import DynamoListEntries
from risk.adapters.dynamo_policies import DynamoPolicyVersions
from risk.adapters.packaged_policies import PackagedPolicies
from risk.adapters.published_policies import PublishedPolicies
from risk.adapters.rows_exceptions import WAIVER_ROWS
from risk.adapters.rows_lists import LIST_ROWS
from risk.adapters.rows_policies import POLICY_ROWS
from risk.adapters.s3_policy_bodies import S3PolicyBodies
from risk.adapters.sealed_subjects import BlindFingerprints
from risk.lists_ports import ListEntries
from risk.settings import DeskSettings
from risk.usecases.decide_list_entry import DecideListEntry
from risk.usecases.decide_waiver import DecideWaiver
from risk.usecases.propose_list_entry import ProposeListEntry
from risk.usecases.propose_waiver import ProposeWaiver
from risk.usecases.remove_list_entry import RemoveListEntry
from risk.usecases.revoke_waiver import RevokeWaiver
from risk.waiver_ports import WaiverRegister


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What risk's staff keep: who stands on a list, which rules are waived."""

    entries: ListEntries
    propose_entry: ProposeListEntry
    decide_entry: DecideListEntry
    remove_entry: RemoveListEntry
    waivers: WaiverRegister
    propose_waiver: ProposeWaiver
    decide_waiver: DecideWaiver
    revoke_waiver: RevokeWaiver


@cache
def desk() -> Desk:
    """Build everything once per process."""
    settings = DeskSettings.from_env()
    bind_table(settings.table_name, *LIST_ROWS, *WAIVER_ROWS, *POLICY_ROWS)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    cipher = FieldCipher(client("kms"), settings.data_key_arn)
    entries, waivers = DynamoListEntries(cipher), DynamoWaivers(cipher)
    versions = DynamoPolicyVersions(S3PolicyBodies(client("s3"), settings.decisions_bucket))
    policies = PublishedPolicies(versions, PackagedPolicies())
    index = BlindIndex.from_secret(client("secretsmanager"), settings.blind_index_secret_arn)
    return Desk(
        entries=entries,
        propose_entry=ProposeListEntry(entries, BlindFingerprints(index), clock, calendar),
        decide_entry=DecideListEntry(entries, clock),
        remove_entry=RemoveListEntry(entries, clock),
        waivers=waivers,
        propose_waiver=ProposeWaiver(waivers, policies, clock, calendar),
        decide_waiver=DecideWaiver(waivers, policies, clock, calendar),
        revoke_waiver=RevokeWaiver(waivers, clock),
    )
