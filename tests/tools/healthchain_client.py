"""HealthChain's sandbox client against a service: URL, file of prefetch data, and maybe the patient's id.

Run by the Python that has HealthChain. Prints the answers as its own card model read them; what it
has to say about errors goes to standard error.
"""

import json
import sys

from healthchain.models.hooks import PatientViewContext
from healthchain.sandbox import SandboxClient

url, prefetch, *patient = sys.argv[1:]
client = SandboxClient(url=url, workflow="patient-view").load_from_path(prefetch)
for request in client.requests if patient else []:
    request.context = PatientViewContext(userId="Practitioner/podiatrist-1", patientId=patient[0])
json.dump(client.send_requests(), sys.stdout)
