from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("earned", "0006_counts_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcerow",
            name="columns",
            field=models.TextField(default="{}"),
        ),
    ]
