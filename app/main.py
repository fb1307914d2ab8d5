"""Makes the parts and hands them to one another; the only file that knows them all."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

from fastapi import FastAPI
from nicegui import ui

from app.api import app as api
from app.guard import Guard
from app.live import Live
from app.pages import add_pages
from app.services.accounts import Accounts
from app.services.admins import Admins
from app.services.all import Services
from app.services.api_keys import ApiKeys
from app.services.audit import Audit
from app.services.connectors import Connectors
from app.services.contact_import import ContactImport
from app.services.contacts import Contacts
from app.services.credentials import Credentials
from app.services.drafts import Drafts
from app.services.executions import Executions
from app.services.history import History
from app.services.opening import Openings
from app.services.passwords import Passwords
from app.services.running import Running
from app.services.testing import Testing
from app.services.workspaces import Workspaces
from app.settings import Settings
from app.sign_in_routes import add_to as add_sign_in
from app.signin import Browsers
from db.listen import listen
from db.logins import Logins
from db.session import Database
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from engine.effects.vault import MasterKey, Vault
from engine.queue.worker import Worker
from engine.run.doors import Doors
