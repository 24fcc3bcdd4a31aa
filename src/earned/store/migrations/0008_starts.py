import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("earned", "0007_source_columns"),
    ]

    operations = [
        migrations.CreateModel(
            name="StartRow",
            fields=[
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="earned.studyrow",
                    ),
                ),
                ("version", models.TextField()),
                ("seed", models.BigIntegerField()),
                ("state", models.BinaryField()),
            ],
            options={"db_table": "earned_start"},
        ),
    ]
