"""How long what is kept of people is needed: the shape of `retention:` in trust.yml.

Here: the periods and their defaults, as the toolkit of the Information and Records Management Society for schools gives them (from memory:
your own schedule counts, and goes into trust.yml). Not here: what is past its period (protection/retaining.py); nothing is ever deleted
because of a period.
"""

from pydantic import BaseModel, ConfigDict, Field


class Retention(BaseModel):
    """`retention:` years from the end of a register's academic year, a pupil's age, years after a colleague's last contract."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registers_years: int = Field(default=6, ge=0, le=100)
    pupil_age: int = Field(default=25, ge=18, le=120)
    sen_age: int = Field(default=31, ge=18, le=120)
    staff_years: int = Field(default=6, ge=0, le=100)

    def of(self, entity: str, privacy: str) -> str:
        """How long a delivered column is kept, in words."""
        if privacy == "open":
            return "as long as it is of use: it is about nobody"
        if privacy == "staff":
            return f"{self.staff_years} years after the last contract"
        if entity in ("attendance_mark", "attendance_week"):
            return f"{self.registers_years} years after the academic year"
        return f"to the age of {self.pupil_age}; of a pupil with special educational needs to {self.sen_age}"
