from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("earned", "0005_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshotrow",
            name="since",
            field=models.DateTimeField(null=True),
        ),
    ]
