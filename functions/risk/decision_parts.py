"""What a decision asks of lists, relations, waivers and own policies, for `decision_wiring`."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.aws import client
from puhui.blind_index import BlindIndex
from puhui.clock import SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from puhui.sealing import Sealer
from risk.adapters.blind_nodes import BlindNodes
from risk.adapters.dynamo_exceptions import DynamoWaivers
from risk.adapters.dynamo_graph import DynamoEdges
from risk.adapters.dynamo_lists import DynamoHitLog, DynamoListEntries
from risk.adapters.dynamo_policies import DynamoComparisons, DynamoPolicyVersions
from risk.adapters.emf_graph_signals import EmfGraphSignals
from risk.adapters.emf_shadow_signals import EmfShadowSignals
from risk.adapters.published_policies import PublishedPolicies
from risk.adapters.rows_exceptions import WAIVER_ROWS
from risk.adapters.rows_graph import GRAPH_ROWS
from risk.adapters.rows_lists import LIST_ROWS
from risk.adapters.rows_policies import POLICY_ROWS
from risk.adapters.s3_policy_bodies import S3PolicyBodies
from risk.adapters.sealed_subjects import BlindFingerprints, SealedSubjects
from risk.graph_ports import Relations
from risk.lists_ports import NameLists
from risk.policy_ports import BankPolicies, ShadowRunner
from risk.ports import Policies
from risk.settings import ScreeningSettings
from risk.usecases.find_waivers import FindWaivers
from risk.usecases.run_shadow import RunShadow
from risk.usecases.screen_subject import ScreenSubject
from risk.usecases.trace_relations import TraceRelations
from risk.waiver_ports import Waivers


@dataclass(frozen=True, kw_only=True)
class DecisionParts:
    """What a decision needs of what risk keeps: lists, relations, waivers, the bank's policies."""

    name_lists: NameLists
    relations: Relations
    waivers: Waivers
    policies: BankPolicies
    run_shadow: ShadowRunner


def decision_parts(packaged: Policies) -> DecisionParts:
    """Build them over the module's table; `packaged` decides where a bank has no own policy."""
    settings = ScreeningSettings.from_env()
    bind_table(settings.table_name, *LIST_ROWS, *WAIVER_ROWS, *POLICY_ROWS, *GRAPH_ROWS)
    clock = SystemClock()
    cipher = FieldCipher(client("kms"), settings.data_key_arn)
    index = BlindIndex.from_secret(client("secretsmanager"), settings.blind_index_secret_arn)
    subjects = SealedSubjects(
        Sealer(client("kms"), settings.exchange_key_arn), BlindFingerprints(index)
    )
    versions = DynamoPolicyVersions(S3PolicyBodies(client("s3"), settings.decisions_bucket))
    policies = PublishedPolicies(versions, packaged)
    return DecisionParts(
        name_lists=ScreenSubject(subjects, DynamoListEntries(cipher), DynamoHitLog(), clock),
        relations=TraceRelations(subjects, DynamoEdges(), BlindNodes(index), EmfGraphSignals()),
        waivers=FindWaivers(DynamoWaivers(cipher)),
        policies=policies,
        run_shadow=RunShadow(policies, DynamoComparisons(clock), EmfShadowSignals()),
    )
