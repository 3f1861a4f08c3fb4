"""`runut workflows`: the tables as the service knows them."""

import click
from sqlalchemy import func, select

import workflows as registry
from service.cli.environment import service
from service.models import Case
from workflows.kit import Workflow


@click.group()
def workflows() -> None:
    """Show the workflows, and check that they cover every stored case."""


@workflows.command(name="list")
def list_() -> None:
    """List every workflow and edition."""
    for workflow in registry.all_workflows():
        click.echo(
            f"{workflow.name:<16} {workflow.edition:<8} {len(workflow.states):>3} states {len(workflow.steps):>4} steps"
            f"  {workflow.title.en}"
        )


@workflows.command()
@click.argument("name")
@click.option("--edition", help="An edition other than the newest.")
@click.option("--table", is_flag=True, help="The rows of the table instead of a diagram.")
def show(name: str, edition: str | None, table: bool) -> None:
    """Show a workflow as a mermaid state diagram."""
    try:
        workflow = registry.get(name, edition)
    except KeyError:
        known = ", ".join(sorted({w.name for w in registry.all_workflows()}))
        raise click.ClickException(f"There is no workflow {name} {edition or ''}; known are: {known}.") from None
    click.echo("\n".join(_rows(workflow)) if table else workflow.diagram())


@workflows.command()
def check() -> None:
    """Find stored cases whose workflow, edition or state no table covers; exit code 1 when there are any."""
    covered = {(w.name, w.edition, state.name) for w in registry.all_workflows() for state in w.states}
    with service() as runut, runut.database.read() as connection:
        stored = connection.execute(
            select(Case.workflow, Case.edition, Case.state, func.count().label("cases"))
            .group_by(Case.workflow, Case.edition, Case.state)
            .order_by(Case.workflow, Case.edition, Case.state)
        ).all()
    lost = [row for row in stored if (row.workflow, row.edition, row.state) not in covered]
    for row in lost:
        click.echo(f"{row.workflow} {row.edition} {row.state}: {row.cases} cases that no table covers")
    if lost:
        raise click.exceptions.Exit(1)
    click.echo(f"All {sum(row.cases for row in stored)} stored cases are covered by a table.")


def _rows(workflow: Workflow) -> list[str]:
    return [
        f"{step.source:<14} {step.action:<18} {step.role:<15} → {step.dest:<14} "
        + " ".join(guard.name for guard in step.guards)
        for step in workflow.steps
    ]
