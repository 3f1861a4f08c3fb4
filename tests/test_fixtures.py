import pytest
from tests.factories import *
from service.runut import Runut
@pytest.mark.parametrize("state", ["draft","in_review","in_approval","returned","in_dispute","in_force","closed","cancelled","exempt"])
def test_x(runut: Runut, state):
    org = create_organisation(runut)
    plan = create_plan(org, state)
    print(plan)
