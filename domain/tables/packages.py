"""The table of packages: one edge a row.

A change of the status can be taken back for a while, unless a return relies on it. A delivery that was only assumed
is corrected by a report instead.
"""

from domain import guards as g
from domain.actions import Action, Effect
from domain.tables.edge import table
from domain.words import PackageStatus, Role, Subject

# domain/tables/__init__.py says what the letters stand for.
A, E, K = Action, Effect, PackageStatus
SELLER, OWNER, SYSTEM = Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
not_empty = (g.units_left_in_package,)
despite = (g.shipped_despite_requests,)
empty = (g.no_units_left_in_package,)
moves = (E.KEEP_FORMER,)
ships = (*moves, E.STAMP_SHIPPED, E.AGGREGATE)
delivers = (*moves, E.STAMP_DELIVERED, E.AGGREGATE)
fails = (*moves, E.AGGREGATE)
silent = (g.delivery_unreported,)
assumes = (E.ASSUME_DELIVERED, E.AGGREGATE)
assumed = (g.delivery_assumed,)
takes_back = (*moves, E.UNSTAMP_DELIVERED, E.AGGREGATE)
sends_again = (*moves, E.UNSTAMP_DELIVERED, E.STAMP_SHIPPED, E.AGGREGATE)
revertible = (*not_empty, g.status_was_changed, g.status_changed_lately, g.no_return_relies_on_status)
reverts = (E.RESTORE_FORMER, E.AGGREGATE)
unships = (*reverts, E.RESUME_PLANS)
splittable = (g.units_to_split, g.no_cancellation_waits)
split = (g.splits_positive_units, g.splits_free_units, g.split_leaves_units)

PACKAGES = table(Subject.PACKAGE, [
    # action                 type from               to                 who              when       given    effects
    (A.CREATE_ORDER,          ANY, OPENS,             K.PREPARING,       {OWNER},         (),        (),      ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.PREPARING,       {SYSTEM},        (),        (),      ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.READY_TO_SHIP,   {SYSTEM},        (),        (),      ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.SHIPPED,         {SYSTEM},        (),        (),      ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.DELIVERED,       {SYSTEM},        (),        (),      ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.DELIVERY_FAILED, {SYSTEM},        (),        (),      ()),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.PREPARING,       K.READY_TO_SHIP,   {SELLER, OWNER}, not_empty, (),      moves),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.READY_TO_SHIP,   K.PREPARING,       {SELLER, OWNER}, (),        (),      moves),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.PREPARING,       K.SHIPPED,         {SELLER},        not_empty, despite, ships),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.PREPARING,       K.SHIPPED,         {OWNER},         not_empty, (),      ships),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.READY_TO_SHIP,   K.SHIPPED,         {SELLER},        not_empty, despite, ships),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.READY_TO_SHIP,   K.SHIPPED,         {OWNER},         not_empty, (),      ships),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.SHIPPED,         K.DELIVERED,       {SELLER, OWNER}, (),        (),      delivers),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.SHIPPED,         K.DELIVERY_FAILED, {SELLER, OWNER}, (),        (),      fails),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.SHIPPED,         {SELLER},        not_empty, despite, ships),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.SHIPPED,         {OWNER},         not_empty, (),      ships),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.DELIVERED,       {SELLER, OWNER}, (),        (),      delivers),
    (A.ASSUME_DELIVERY,       ANY, K.SHIPPED,         K.DELIVERED,       {SYSTEM},        silent,    (),      assumes),
    (A.ASSUME_DELIVERY,       ANY, K.DELIVERED,       K.DELIVERED,       {SYSTEM},        silent,    (),      assumes),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERED,       K.DELIVERED,       {SELLER, OWNER}, assumed,   (),      delivers),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERED,       K.DELIVERY_FAILED, {SELLER, OWNER}, assumed,   (),      takes_back),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERED,       K.SHIPPED,         {SELLER, OWNER}, assumed,   (),      sends_again),
    (A.REVERT_PACKAGE_STATUS, ANY, K.READY_TO_SHIP,   K.PREPARING,       {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.PREPARING,       K.READY_TO_SHIP,   {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.SHIPPED,         K.PREPARING,       {SELLER, OWNER}, revertible, (),     unships),
    (A.REVERT_PACKAGE_STATUS, ANY, K.SHIPPED,         K.READY_TO_SHIP,   {SELLER, OWNER}, revertible, (),     unships),
    (A.REVERT_PACKAGE_STATUS, ANY, K.SHIPPED,         K.DELIVERY_FAILED, {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.SHIPPED,         K.DELIVERED,       {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.DELIVERED,       K.SHIPPED,         {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.DELIVERED,       K.DELIVERY_FAILED, {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.DELIVERED,       K.DELIVERED,       {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.SHIPPED,         {SELLER, OWNER}, revertible, (),     reverts),
    (A.REVERT_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.DELIVERED,       {SELLER, OWNER}, revertible, (),     reverts),
    (A.SPLIT_PACKAGE,         ANY, OPENS,             K.PREPARING,       {SELLER, OWNER}, (),        (),     ()),
    (A.SPLIT_PACKAGE,         ANY, K.PREPARING,       K.PREPARING,       {SELLER, OWNER}, splittable, split,  ()),
    (A.SPLIT_PACKAGE,         ANY, K.READY_TO_SHIP,   K.READY_TO_SHIP,   {SELLER, OWNER}, splittable, split,  ()),
    (A.CANCEL_PACKAGE,        ANY, K.PREPARING,       K.CANCELED,        {SYSTEM},        empty,     (),      ()),
    (A.CANCEL_PACKAGE,        ANY, K.READY_TO_SHIP,   K.CANCELED,        {SYSTEM},        empty,     (),      ()),
])
# fmt: on
